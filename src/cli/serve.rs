//! `zhike serve`.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use super::log::{Lines, Plain, Writing};
use super::setup::Setup;
use super::{CliError, encoder, knowledge, no_shops, note};
use crate::config::Config;
use crate::http::{self, Server, Works};
use crate::index::Catalog;

/// Builds what is missing, then serves until the process is asked to end.
pub fn serve(setup: &Setup, watch: bool, admin_link: bool) -> Result<bool, CliError> {
    let config = &setup.config;
    setup.make_index()?;
    let _flushed_at_the_end = log(config)?;
    let encoder = encoder(setup);
    let works = Works {
        knowledge: config.knowledge.clone(),
        index: config.index.clone(),
        encoder,
        keep: config.keep_snapshots,
    };
    let ids = works.shops()?;
    if ids.is_empty() {
        return Err(no_shops(setup));
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
        // A shop that cannot be built must not affect the others.
        if let Err(error) = knowledge::index_one(setup, shop, encoder, &how) {
            eprintln!("error: {shop}: {error}");
        }
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(CliError::failed("start threads"))?;
    runtime.block_on(async {
        let server = http::start(config, &ids, works).await?;
        if watch {
            server.follow(&config.knowledge);
        }
        greet(setup, &server, &ids);
        if admin_link && server.first_link.is_none() {
            let link = server.admin_link().await?;
            eprintln!("sign in once within a day with {link}");
        }
        server.until_signal().await;
        Ok(true)
    })
}

/// Logs to standard error until the returned value is dropped. The log never holds buyers' words.
fn log(config: &Config) -> Result<Writing, CliError> {
    let filter = EnvFilter::try_new(&config.log)
        .map_err(|error| CliError::Usage(format!("log filter \"{}\": {error}", config.log)))?;
    let lines = Lines::written_to(std::io::stderr());
    let (lines, writing) = lines.map_err(CliError::failed("start threads"))?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(lines);
    // A subscriber that exists already (in a test) stays.
    let _ = match config.log_format.as_str() {
        "json" => builder.json().try_init(),
        _ => builder.event_format(Plain).try_init(),
    };
    Ok(writing)
}

fn greet(setup: &Setup, server: &Server, ids: &[String]) {
    let address = server.address;
    note(
        setup,
        &format!(
            "zhike {} is listening on http://{address}",
            env!("CARGO_PKG_VERSION")
        ),
    );
    for shop in ids {
        note(setup, &format!("  http://{address}/chat/{shop}"));
    }
    note(
        setup,
        &format!("  http://{address}/desk  http://{address}/console"),
    );
    if let Some(link) = &server.first_link {
        // Printed even with `--quiet`, because nobody can sign in without it.
        eprintln!("first start: sign in once within a day with {link}");
    }
}
