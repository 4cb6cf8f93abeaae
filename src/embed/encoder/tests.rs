use super::*;

const FOLDER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/models/multilingual-e5-small-zh"
);

#[derive(Deserialize)]
struct Reference {
    text: String,
    embedding: Vec<f32>,
}

fn references() -> Vec<Reference> {
    let lines = include_str!("../../../models/multilingual-e5-small-zh/reference.jsonl").lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

/// Least and mean cosine with the vectors of `tune.py`, which are in single precision, before the tuned layers were
/// rounded.
fn agreement(encoder: &Encoder) -> (f64, f64) {
    let references = references();
    let cosines = references
        .iter()
        .map(|r| cosine(&encoder.encode(&r.text, Role::Query), &r.embedding));
    let cosines: Vec<f64> = cosines.collect();
    (
        cosines.iter().copied().fold(1.0, f64::min),
        cosines.iter().sum::<f64>() / cosines.len() as f64,
    )
}

/// Activations are rounded to 8 bits in blocks of 32.
#[test]
fn built_in_agrees_with_the_reference() {
    let (least, mean) = agreement(Encoder::built_in().unwrap());
    assert!(
        least > 0.999 && mean > 0.9995,
        "least cosine {least:.5}, mean {mean:.5}"
    );
}

/// Activations stay in single precision.
#[test]
fn full_precision_agrees_with_the_reference() {
    let (least, mean) = agreement(&load_built_in(true).unwrap());
    assert!(
        least > 0.9998 && mean > 0.9999,
        "least cosine {least:.5}, mean {mean:.5}"
    );
}

#[test]
fn many_equal_one_by_one() {
    let encoder = Encoder::built_in().unwrap();
    let long = "这件衣服什么时候能发货？".repeat(80);
    let texts = ["", "好", "160cm 100斤穿什么码?", &long];
    let many = encoder.encode_many(&texts, Role::Passage);
    for (text, vector) in texts.iter().zip(&many) {
        assert_eq!(vector, &encoder.encode(text, Role::Passage));
        assert_eq!(vector.len(), encoder.dimension());
        let length: f32 = vector.iter().map(|x| x * x).sum();
        assert!((length - 1.0).abs() < 1e-5, "length {length}");
    }
    assert_eq!(encoder.tokens(&long, Role::Query), 512);
    assert_ne!(
        encoder.encode("好", Role::Query),
        many[1],
        "the roles have prefixes of their own"
    );
}

#[test]
fn the_files_are_those_of_the_sums() {
    for line in built_in::SUMS.lines() {
        let (sum, name) = line.split_once("  ").unwrap();
        let bytes = std::fs::read(Path::new(FOLDER).join(name)).unwrap();
        assert_eq!(hex(&Sha256::digest(&bytes)), sum, "{name}");
    }
}

#[test]
fn a_folder_is_loaded() {
    let named = Encoder::load(Path::new(FOLDER)).unwrap();
    let built_in = Encoder::built_in().unwrap();
    assert_eq!(
        named.encode("有M码吗", Role::Query),
        built_in.encode("有M码吗", Role::Query)
    );
    assert!(named.id().starts_with("multilingual-e5-small-zh-"));
}

/// A folder with the files `linked` from the built-in model and the new `files`.
fn folder(linked: &[&str], files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in linked {
        std::fs::copy(Path::new(FOLDER).join(name), folder.path().join(name)).unwrap();
    }
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn faults_of_a_folder_are_told() {
    let all = ["config.json", "tokenizer.json", "model.gguf"];
    let xlm = r#"{"model_type": "xlm-roberta", "vocab_size": 10, "hidden_size": 64, "num_hidden_layers": 1,
        "num_attention_heads": 2, "intermediate_size": 128, "max_position_embeddings": 16}"#;
    let dense = r#"[{"type": "sentence_transformers.models.Transformer"}, {"type": "sentence_transformers.models.Dense"}]"#;
    for (linked, files, want) in [
        (&all[..0], &[][..], "cannot read"),
        (&all[..2], &[], "model.safetensors"),
        (
            &all[..2],
            &[("model.gguf", "GGUF")],
            "model.gguf is cut short",
        ),
        (
            &all[..2],
            &[("model.safetensors", "{}")],
            "model.safetensors is damaged",
        ),
        (
            &all[1..],
            &[("config.json", xlm)],
            "model_type \"xlm-roberta\"",
        ),
        (&all[1..], &[("config.json", "{")], "config.json"),
        (&all, &[("tokenizer.json", "{}")], "tokenizer"),
        (&all, &[("zhike.toml", "prefix = 1")], "zhike.toml"),
        (&all, &[("modules.json", dense)], "models.Dense"),
        (
            &all,
            &[(
                "1_Pooling/config.json",
                r#"{"pooling_mode_max_tokens": true}"#,
            )],
            "neither mean nor cls",
        ),
    ] {
        let folder = folder(linked, files);
        let message = Encoder::load(folder.path()).unwrap_err().to_string();
        assert!(message.contains(want), "{message:?} does not tell {want:?}");
    }
}

#[test]
fn settings_of_sentence_transformers_are_read() {
    let prompts = r#"{"prompts": {"query": "问：", "document": "文："}}"#;
    let pooling = r#"{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}"#;
    let folder = folder(
        &[],
        &[
            ("config_sentence_transformers.json", prompts),
            ("1_Pooling/config.json", pooling),
        ],
    );
    let want = Settings {
        query_prefix: "问：".into(),
        passage_prefix: "文：".into(),
        pooling: Pooling::Cls,
    };
    assert_eq!(read_settings(folder.path()).unwrap(), want);
    assert_eq!(
        read_settings(Path::new("/nowhere")).unwrap(),
        Settings::default()
    );
}
