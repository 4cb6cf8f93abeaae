use proptest::prelude::*;

use super::*;
use crate::embed::centre::normalise;

/// Made-up vectors of length 1.
fn made_up(count: usize, dimension: usize, seed: u64) -> Vec<Vec<f32>> {
    let mut state = seed;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((state >> 40) as f32 / (1u64 << 23) as f32) - 1.0
    };
    let mut rows: Vec<Vec<f32>> = (0..count)
        .map(|_| (0..dimension).map(|_| next()).collect())
        .collect();
    rows.iter_mut().for_each(|row| normalise(row));
    rows
}

fn build(dimension: usize, rows: &[Vec<f32>]) -> Vectors {
    Vectors::build(dimension, rows.iter().map(Vec::as_slice))
}

proptest! {
    #[test]
    fn scores_are_those_of_the_plain_product(count in 0usize..40, dimension in 1usize..500, seed: u64) {
        let rows = made_up(count + 1, dimension, seed);
        let (query, rows) = rows.split_last().unwrap();
        let vectors = build(dimension, rows);
        let mut scores = vec![9.0; 3];
        vectors.score_all(query, &mut scores);
        prop_assert_eq!(scores.len(), count);
        let largest = |numbers: &[f32]| numbers.iter().fold(0f32, |a, x| a.max(x.abs()));
        let sum = |numbers: &[f32]| numbers.iter().map(|x| x.abs()).sum::<f32>();
        for (score, row) in scores.iter().zip(rows) {
            let plain: f32 = row.iter().zip(query).map(|(a, b)| a * b).sum();
            // Each number is off by at most half a step. A row has 127 steps up to its largest number, a query 32,767.
            let off = largest(row) / 254.0 * sum(query) + largest(query) / 65_534.0 * sum(row);
            prop_assert!((score - plain).abs() <= off + 1e-5, "{} for {}", score, plain);
        }
        let again = Vectors::from_bytes(vectors.to_bytes().into()).unwrap();
        prop_assert_eq!(&again, &vectors);
        let found = vectors.search(query, 5);
        let mut sorted: Vec<(u32, f32)> = (0u32..).zip(scores.iter().copied()).collect();
        sorted.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        sorted.truncate(5);
        prop_assert_eq!(found, sorted);
    }

    #[test]
    fn all_scans_give_the_same(count in 1usize..20, dimension in 1usize..200, seed: u64) {
        let rows = made_up(count + 1, dimension, seed);
        let vectors = build(dimension, &rows);
        let mut scores = Vec::new();
        vectors.score_all(&rows[0], &mut scores);
        let query = Query::round(&vectors, &rows[0]).unwrap();
        let scan = |way: fn(Scan<'_>)| {
            let mut scores = vec![0.0; vectors.len()];
            let (codes, scales) = (&vectors.codes, &vectors.scales);
            way(Scan { codes, scales, query: &query.codes, scale: query.scale, scores: &mut scores });
            scores
        };
        prop_assert_eq!(&scores, &scan(|scan| scan.portable()));
        #[cfg(target_arch = "x86_64")]
        prop_assert_eq!(&scores, &scan(|scan| scan.avx2()));
    }

    #[test]
    fn damaged_bytes_never_panic(position in 0usize..200, value: u8, cut in 0usize..400) {
        let mut bytes = build(20, &made_up(6, 20, 3)).to_bytes();
        let whole = bytes.len();
        prop_assert!(Vectors::from_bytes(bytes[..cut % whole].to_vec().into()).is_err());
        let at = position % whole;
        let changed = bytes[at] != value;
        bytes[at] = value;
        // Rows of 17 to 32 numbers have the same padding: only the manifest's hash tells which length it was.
        let padded_alike = at == 8 && (17..=32).contains(&value);
        if changed && at < HEADER && !padded_alike {
            prop_assert!(Vectors::from_bytes(bytes.clone().into()).is_err());
        } else if let Ok(vectors) = Vectors::from_bytes(bytes.clone().into()) {
            prop_assert_eq!(vectors.search(&vec![0.1; vectors.dimension()], 3).len(), 3);
        }
    }
}

#[test]
fn the_extremes_of_the_longest_rows_do_not_overflow() {
    let row = vec![-1.0; LONGEST];
    let vectors = build(LONGEST, &[row.clone(), row.iter().map(|x| -x).collect()]);
    let mut scores = Vec::new();
    vectors.score_all(&row, &mut scores);
    assert!(
        (scores[0] - 4096.0).abs() < 0.01 && (scores[1] + 4096.0).abs() < 0.01,
        "{scores:?}"
    );
}

#[test]
fn odd_rows_and_queries_score_nothing() {
    let rows = [
        vec![f32::NAN, 1.0],
        vec![f32::INFINITY, 1.0],
        vec![0.0, 0.0],
        vec![1.0],
        vec![0.6, 0.8],
    ];
    let vectors = build(2, &rows);
    let mut scores = Vec::new();
    vectors.score_all(&[1.0, 0.0], &mut scores);
    assert_eq!(scores[..4], [0.0; 4]);
    assert!((scores[4] - 0.6).abs() < 0.005);
    for query in [&[f32::NAN, 0.0][..], &[0.0, 0.0], &[1.0], &[]] {
        vectors.score_all(query, &mut scores);
        assert_eq!(scores, [0.0; 5]);
    }
    assert_eq!(vectors.row(2), Some(vec![0.0, 0.0]));
    assert_eq!(vectors.row(5), None);
    assert!(Vectors::default().search(&[], 3).is_empty());
}

#[test]
fn the_best_come_first_and_ties_by_place() {
    let scores = [0.5, 0.9, 0.5, -1.0, 0.9, 0.1];
    assert_eq!(top(&scores, 4), [(1, 0.9), (4, 0.9), (0, 0.5), (2, 0.5)]);
    assert_eq!(top(&scores, 0), []);
    assert_eq!(top(&scores, 99).len(), 6);
}
