//! Runs one function per subcommand. Text for people goes to stderr, results to stdout.

pub mod args;
mod ask;
mod change;
mod columns;
mod desk;
mod eval;
mod golden;
mod knowledge;
mod log;
mod serve;
mod setup;
mod snapshots;

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::OnceLock;

use indicatif::ProgressBar;

use crate::answer::{self, Engine};
use crate::config::ConfigError;
use crate::embed::{EmbedError, Encoder};
use crate::http::ServeError;
use crate::index::{Catalog, IndexError};
use crate::knowledge::{KnowledgeError, list_shops};
use crate::pack;
pub use args::{Args, Command};
use setup::Setup;

/// An error that ends a command.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// An error of the index.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// An error of the knowledge folder.
    #[error(transparent)]
    Knowledge(#[from] KnowledgeError),
    /// An error of the configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// An error of the server.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// Input or output failed.
    #[error("cannot {what}: {source}")]
    Io {
        /// What failed.
        what: String,
        /// The error of the system.
        source: io::Error,
    },
    /// An error of `check --fix`.
    #[error(transparent)]
    Fix(#[from] crate::lint::fix::FixError),
    /// An error of `replay`.
    #[error(transparent)]
    Replay(#[from] crate::publish::replay::ReplayError),
    /// A usage error that the parser cannot see.
    #[error("{0}")]
    Usage(String),
}

impl CliError {
    /// Exit status: 2 for a usage error (the command line or the configuration must be fixed), else 1.
    fn status(&self) -> u8 {
        match self {
            CliError::Usage(_)
            | CliError::Config(_)
            | CliError::Index(IndexError::UnknownSnapshot { .. }) => 2,
            _ => 1,
        }
    }

    /// What failed on a path, for `map_err`: `write`, `read`.
    fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> CliError {
        CliError::failed(format!("{what} {}", path.display()))
    }

    /// What failed, for `map_err`.
    fn failed(what: impl Into<String>) -> impl FnOnce(io::Error) -> CliError {
        let what = what.into();
        move |source| CliError::Io { what, source }
    }

    /// The error for a result that could not be written.
    fn unwritten(source: io::Error) -> CliError {
        CliError::Io {
            what: "write the result".into(),
            source,
        }
    }

    /// Whether the reader of the result closed the pipe (`zhike … | head -1`), which is no error.
    fn had_enough(&self) -> bool {
        matches!(self, CliError::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Runs a parsed command line.
pub fn run(args: &Args) -> ExitCode {
    if !matches!(args.command, Command::Serve { .. }) {
        warnings();
    }
    match Setup::of(args).and_then(|setup| dispatch(&args.command, &setup)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) if error.had_enough() => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(error.status())
        }
    }
}

/// Prints warnings of the rooms below to standard error. A server has its own log.
fn warnings() {
    // A subscriber that exists already (in a test) stays.
    let _ = tracing_subscriber::fmt()
        .with_env_filter("zhike=warn")
        .with_ansi(false)
        .with_writer(io::stderr)
        .event_format(log::Plain)
        .try_init();
}

/// Runs a subcommand. `false`: the work found faults.
fn dispatch(command: &Command, setup: &Setup) -> Result<bool, CliError> {
    match command {
        Command::Serve {
            watch, admin_link, ..
        } => serve::serve(setup, *watch, *admin_link),
        Command::Index {
            shops,
            force,
            message,
            questions,
            html,
        } => {
            let how = knowledge::How {
                force: *force,
                message,
                questions: questions.as_deref(),
                html: html.as_deref(),
            };
            knowledge::index(setup, shops, &how)
        }
        Command::Check { shops, fix, days } => knowledge::check(setup, shops, *fix, *days),
        Command::Diff {
            shop,
            before,
            after,
            questions,
            html,
        } => change::diff(
            setup,
            shop,
            [before, after],
            questions.as_deref(),
            html.as_deref(),
        ),
        Command::Explain {
            shop,
            question,
            expect,
            product,
            at,
            order_state,
            previous,
        } => {
            let asked = change::Asked {
                question,
                product: product.as_deref(),
                at: at.as_deref(),
                order_state: order_state.as_deref(),
                previous,
            };
            change::explain(setup, shop, &asked, expect.as_deref())
        }
        Command::Replay { receipt } => change::replay(setup, receipt),
        Command::Ask(ask) => ask::ask(setup, ask),
        Command::Search {
            shop,
            words,
            kind,
            product,
            limit,
            offset,
        } => {
            let only = ask::Only {
                kind: kind.as_deref(),
                product: product.as_deref(),
            };
            ask::search(setup, shop, words, only, *limit, *offset)
        }
        Command::Eval {
            shop,
            file,
            html,
            against,
        } => {
            let wanted = eval::Wanted {
                file: file.as_deref(),
                html: html.as_deref(),
                against: against.as_deref(),
            };
            eval::eval(setup, shop, &wanted)
        }
        Command::Snapshots { shop } => snapshots::list(setup, shop),
        Command::Rollback {
            shop,
            snapshot,
            message,
        } => snapshots::rollback(setup, shop, snapshot.as_deref(), message),
        Command::Columns { shop, file, save } => columns::columns(setup, shop, file, *save),
        Command::Packs { out } => knowledge::packs(out),
    }
}

/// The encoder, unless `--lexical` is set. If it cannot be loaded, everything works by words, with a warning.
fn encoder(setup: &Setup) -> Option<&'static Encoder> {
    if setup.lexical {
        return None;
    }
    let folder = &setup.config.model;
    let loaded = match folder.as_os_str().is_empty() {
        true => Encoder::built_in(),
        false => named(setup, folder),
    };
    match loaded {
        Ok(encoder) => Some(encoder),
        Err(error) => {
            note(
                setup,
                &format!("no sentence encoder ({error}): searching by words only"),
            );
            None
        }
    }
}

/// The encoder that the configuration names, with its own vectors of the packs.
fn named(setup: &Setup, folder: &Path) -> Result<&'static Encoder, EmbedError> {
    static NAMED: OnceLock<Encoder> = OnceLock::new();
    if let Some(encoder) = NAMED.get() {
        return Ok(encoder);
    }
    let loaded = Encoder::load(folder)?;
    let encoder = NAMED.get_or_init(|| loaded);
    let kept = setup.config.index.join("packs.bin");
    let written = with_bar(|tell| pack::vectors_kept_in(encoder, &kept, tell));
    if let Err(error) = written {
        note(
            setup,
            &format!(
                "cannot keep the packs' vectors in {}: {error}; they are computed at each start",
                kept.display()
            ),
        );
    }
    Ok(encoder)
}

/// Does work that tells how many of its steps are done, with a progress bar on a terminal.
fn with_bar<T>(work: impl FnOnce(&(dyn Fn(usize, usize) + Sync)) -> T) -> T {
    let bar = ProgressBar::new(0);
    let result = work(&|done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    result
}

/// The live engine of a shop.
fn engine(setup: &Setup, shop: &str) -> Result<Engine, CliError> {
    known(setup, shop)?;
    rayon::spawn(answer::prepare);
    // The encoder takes as long to load as jieba, so both load in parallel.
    let (snapshot, encoder) = rayon::join(
        || Catalog::new(&setup.config.index, shop).open_current(),
        || encoder(setup),
    );
    Ok(Engine::new(std::sync::Arc::new(snapshot?), encoder))
}

/// Refuses a shop that is in neither folder, and names the nearest one that exists.
fn known(setup: &Setup, shop: &str) -> Result<(), CliError> {
    if setup.config.index.join(shop).is_dir() || setup.config.knowledge.join(shop).is_dir() {
        return Ok(());
    }
    let shops = list_shops(&setup.config.knowledge).unwrap_or_default();
    /// Names with a lower similarity are different names.
    const ALIKE: f64 = 0.75;
    let nearest = shops
        .iter()
        .map(|known| (strsim::jaro_winkler(known, shop), known))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let hint = match nearest {
        None => format!(
            "no shop has a folder under {}",
            setup.config.knowledge.display()
        ),
        Some((alike, nearest)) if alike >= ALIKE => format!("did you mean {nearest}?"),
        Some(_) => format!(
            "{} has {}",
            setup.config.knowledge.display(),
            shops.join(", ")
        ),
    };
    Err(CliError::Usage(format!("no shop {shop}: {hint}")))
}

/// The shops named, or all of them.
fn chosen(setup: &Setup, shops: &[String]) -> Result<Vec<String>, CliError> {
    if shops.is_empty() {
        let all = list_shops(&setup.config.knowledge)?;
        return match all.is_empty() {
            true => Err(no_shops(setup)),
            false => Ok(all),
        };
    }
    for shop in shops {
        known(setup, shop)?;
    }
    Ok(shops.to_vec())
}

/// The error where there is not one shop.
fn no_shops(setup: &Setup) -> CliError {
    let folder = setup.config.knowledge.display();
    CliError::Usage(format!(
        "no shop under {folder}: a shop is a folder with a shop.toml"
    ))
}

/// The user at this terminal, for history and audit log.
fn who() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "cli".into())
}

/// Prints a line for people.
fn note(setup: &Setup, line: &str) {
    if !setup.quiet {
        eprintln!("{line}");
    }
}

/// Prints a result line.
fn out(line: &str) -> Result<(), CliError> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}").map_err(CliError::unwritten)
}

/// What people asked to see, which has no other form than JSON: indented, but for programs.
fn out_for_reading<T: serde::Serialize>(setup: &Setup, value: &T) -> Result<(), CliError> {
    if setup.json {
        return out_json(value);
    }
    let text = serde_json::to_string_pretty(value);
    out(&text.map_err(|error| CliError::unwritten(io::Error::other(error)))?)
}

/// Prints a result as JSON: one line, or indented on a terminal.
fn out_json<T: serde::Serialize>(value: &T) -> Result<(), CliError> {
    let text = if io::stdout().is_terminal() {
        serde_json::to_string_pretty(value)
    } else {
        serde_json::to_string(value)
    };
    out(&text.map_err(|error| CliError::unwritten(io::Error::other(error)))?)
}
