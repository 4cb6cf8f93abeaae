//! `zhike serve`.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::Path;

use tracing_subscriber::EnvFilter;

use super::args::Args;
use super::log::{Lines, Plain, Writing};
use super::{CliError, encoder, knowledge, note};
use crate::config::Config;
use crate::http::works::{Place, works};
use crate::http::{self, Server};
use crate::index::Catalog;
use crate::knowledge::list_shops;

/// Builds what is missing, then serves until the process is asked to end.
pub fn serve(
    args: &Args,
    listen: Option<&str>,
    watch: bool,
    admin_link: bool,
) -> Result<bool, CliError> {
    let config = config(args, listen)?;
    let _flushed_at_the_end = log(&config)?;
    // From here on the folders of the configuration are the ones meant.
    let args = &Args {
        knowledge: Some(config.knowledge.clone()),
        index: Some(config.index.clone()),
        ..args.clone()
    };
    let encoder = encoder(args);
    let ids = shops(&config)?;
    if ids.is_empty() {
        let folder = config.knowledge.display();
        return Err(CliError::Usage(format!(
            "no shop under {folder}: a shop is a folder with a shop.toml"
        )));
    }
    for shop in &ids {
        let catalog = Catalog::new(&config.index, shop);
        if catalog.readable() {
            continue;
        }
        let how = knowledge::How {
            force: false,
            message: match catalog.current() {
                None => "first build",
                Some(_) => "built anew",
            },
            questions: None,
            html: None,
        };
        // One shop that cannot be built is no reason to leave the others' buyers alone.
        if let Err(error) = knowledge::index_one(args, shop, encoder, &how) {
            eprintln!("error: {shop}: {error}");
        }
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| CliError::Io {
            what: "start threads".into(),
            source,
        })?;
    runtime.block_on(async {
        let place = Place {
            knowledge: config.knowledge.clone(),
            index: config.index.clone(),
            encoder,
            keep: config.keep_snapshots,
        };
        let server = http::start(&config, &ids, works(place)).await?;
        if watch {
            server.follow(&config.knowledge);
        }
        greet(args, &server, &ids);
        if admin_link && server.first_link.is_none() {
            let link = server.admin_link().await?;
            eprintln!("sign in once within a day with {link}");
        }
        server.until_signal().await;
        Ok(true)
    })
}

/// File and environment, then what the command line says; the index folder is made where there is none.
pub(super) fn config(args: &Args, listen: Option<&str>) -> Result<Config, CliError> {
    let config = read_config(args, listen)?;
    std::fs::create_dir_all(&config.index).map_err(|source| CliError::Io {
        what: format!("create {}", config.index.display()),
        source,
    })?;
    Ok(config)
}

/// File and environment, then what the command line says.
pub(super) fn read_config(args: &Args, listen: Option<&str>) -> Result<Config, CliError> {
    let mut config = Config::load(args.config.as_deref())?;
    if let Some(knowledge) = &args.knowledge {
        config.knowledge.clone_from(knowledge);
    }
    if let Some(index) = &args.index {
        config.index.clone_from(index);
    }
    if let Some(model) = &args.model {
        config.model.clone_from(model);
    }
    if let Some(listen) = listen {
        listen.clone_into(&mut config.listen);
    }
    Ok(config)
}

/// Shops with files, and shops that were built elsewhere and only lie in the index.
fn shops(config: &Config) -> Result<Vec<String>, CliError> {
    let mut ids: BTreeSet<String> = match config.knowledge.is_dir() {
        true => list_shops(&config.knowledge)?.into_iter().collect(),
        false => BTreeSet::new(),
    };
    let built = std::fs::read_dir(&config.index)
        .into_iter()
        .flatten()
        .flatten();
    ids.extend(
        built
            .filter_map(|folder| folder.file_name().into_string().ok())
            .filter(|shop| {
                Catalog::new(Path::new(&config.index), shop)
                    .current()
                    .is_some()
            }),
    );
    Ok(ids.into_iter().collect())
}

/// Logs to standard error until what it gives is dropped. What is logged never holds buyers' words.
fn log(config: &Config) -> Result<Writing, CliError> {
    let filter = EnvFilter::try_new(&config.log)
        .map_err(|error| CliError::Usage(format!("log filter \"{}\": {error}", config.log)))?;
    let (lines, writing) = Lines::written_to(std::io::stderr()).map_err(|source| CliError::Io {
        what: "start threads".into(),
        source,
    })?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(lines);
    // A subscriber that is there already (in a test) stays.
    let _ = match config.log_format.as_str() {
        "json" => builder.json().try_init(),
        _ => builder.event_format(Plain).try_init(),
    };
    Ok(writing)
}

fn greet(args: &Args, server: &Server, ids: &[String]) {
    let address = server.address;
    note(
        args,
        &format!(
            "zhike {} is listening on http://{address}",
            env!("CARGO_PKG_VERSION")
        ),
    );
    for shop in ids {
        note(args, &format!("  http://{address}/chat/{shop}"));
    }
    note(
        args,
        &format!("  http://{address}/desk  http://{address}/console"),
    );
    if let Some(link) = &server.first_link {
        // Said even when quiet: without it nobody gets in.
        eprintln!("first start: sign in once within a day with {link}");
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[test]
    fn what_is_typed_overrules_the_file_even_where_it_is_the_default() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("mine.toml");
        std::fs::write(&file, "knowledge = \"shops\"\nindex = \"built\"\n").expect("written");
        for (typed, knowledge, index) in [
            (&[][..], "shops", "built"),
            (&["--knowledge", "knowledge"], "knowledge", "built"),
            (&["--index", "index"], "shops", "index"),
        ] {
            let line = ["zhike", "check", "--config"].map(Into::into);
            let line = line.into_iter().chain([file.clone().into_os_string()]);
            let args = Args::parse_from(line.chain(typed.iter().map(Into::into)));
            let config = read_config(&args, None).expect("a configuration");
            assert_eq!(config.knowledge, Path::new(knowledge), "{typed:?}");
            assert_eq!(config.index, Path::new(index), "{typed:?}");
        }
    }
}
