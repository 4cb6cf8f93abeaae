//! Arguments → one function per subcommand. Human text goes to stderr, results to stdout.

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

/// What ends a command with a message.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The index room's word.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The knowledge room's word.
    #[error(transparent)]
    Knowledge(#[from] KnowledgeError),
    /// The configuration's word.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The server's word.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// Input or output failed.
    #[error("cannot {what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// The system's word.
        source: io::Error,
    },
    /// The lint room's word.
    #[error(transparent)]
    Fix(#[from] crate::lint::fix::FixError),
    /// The publish room's word.
    #[error(transparent)]
    Replay(#[from] crate::publish::replay::ReplayError),
    /// Wrong usage that the parser cannot see.
    #[error("{0}")]
    Usage(String),
}

impl CliError {
    /// Exit status: 2 for usage (what was typed, or a configuration that cannot be read, is to be mended), 1 otherwise.
    fn status(&self) -> u8 {
        match self {
            CliError::Usage(_)
            | CliError::Config(_)
            | CliError::Index(IndexError::UnknownSnapshot { .. }) => 2,
            _ => 1,
        }
    }

    /// The result could not be written.
    fn unwritten(source: io::Error) -> CliError {
        CliError::Io {
            what: "write the result".into(),
            source,
        }
    }

    /// Whether the reader of the result had enough (`zhike … | head -1`), which is no fault.
    fn had_enough(&self) -> bool {
        matches!(self, CliError::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Runs a parsed command line.
pub fn run(args: &Args) -> ExitCode {
    if !matches!(args.command, Command::Serve { .. }) {
        warnings();
    }
    match configured(args).and_then(|args| dispatch(&args)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) if error.had_enough() => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(error.status())
        }
    }
}

/// Tells on standard error what the rooms below only log. A server has a log of its own.
fn warnings() {
    // A subscriber that is there already (in a test) stays.
    let _ = tracing_subscriber::fmt()
        .with_env_filter("zhike=warn")
        .with_ansi(false)
        .with_writer(io::stderr)
        .event_format(log::Plain)
        .try_init();
}

/// The arguments with the folders that `zhike.toml` names where the command line names none.
fn configured(args: &Args) -> Result<Args, CliError> {
    let config = serve::read_config(args, None)?;
    Ok(Args {
        knowledge: Some(config.knowledge),
        index: Some(config.index),
        model: Some(config.model).filter(|model| !model.as_os_str().is_empty()),
        ..args.clone()
    })
}

/// One function per subcommand. `false`: the work found faults.
fn dispatch(args: &Args) -> Result<bool, CliError> {
    match &args.command {
        Command::Serve {
            listen,
            watch,
            admin_link,
        } => serve::serve(args, listen.as_deref(), *watch, *admin_link),
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
            knowledge::index(args, shops, &how)
        }
        Command::Check { shops, fix, days } => knowledge::check(args, shops, *fix, *days),
        Command::Diff {
            shop,
            before,
            after,
            questions,
            html,
        } => change::diff(
            args,
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
            change::explain(args, shop, &asked, expect.as_deref())
        }
        Command::Replay { receipt } => change::replay(args, receipt),
        Command::Ask(ask) => ask::ask(args, ask),
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
            ask::search(args, shop, words, only, *limit, *offset)
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
            eval::eval(args, shop, &wanted)
        }
        Command::Snapshots { shop } => snapshots::list(args, shop),
        Command::Rollback {
            shop,
            snapshot,
            message,
        } => snapshots::rollback(args, shop, snapshot.as_deref(), message),
        Command::Columns { shop, file, save } => columns::columns(args, shop, file, *save),
        Command::Packs { out } => knowledge::packs(out),
    }
}

/// The encoder, unless `--lexical`; without one everything works by words, and says so.
fn encoder(args: &Args) -> Option<&'static Encoder> {
    if args.lexical {
        return None;
    }
    let loaded = match &args.model {
        Some(folder) => named(args, folder),
        None => Encoder::built_in(),
    };
    match loaded {
        Ok(encoder) => Some(encoder),
        Err(error) => {
            note(
                args,
                &format!("no sentence encoder ({error}): searching by words only"),
            );
            None
        }
    }
}

/// The encoder that the configuration names, with the packs' vectors of its own.
fn named(args: &Args, folder: &Path) -> Result<&'static Encoder, EmbedError> {
    static NAMED: OnceLock<Encoder> = OnceLock::new();
    if let Some(encoder) = NAMED.get() {
        return Ok(encoder);
    }
    let loaded = Encoder::load(folder)?;
    let encoder = NAMED.get_or_init(|| loaded);
    let bar = ProgressBar::new(0);
    let kept = args.index().join("packs.bin");
    let written = pack::vectors_kept_in(encoder, &kept, &|done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    if let Err(error) = written {
        note(
            args,
            &format!(
                "cannot keep the packs' vectors in {}: {error}; they are computed at each start",
                kept.display()
            ),
        );
    }
    Ok(encoder)
}

/// The live engine of a shop.
fn engine(args: &Args, shop: &str) -> Result<Engine, CliError> {
    known(args, shop)?;
    rayon::spawn(answer::prepare);
    // The encoder takes as long to load as jieba: side by side.
    let (snapshot, encoder) = rayon::join(
        || Catalog::new(args.index(), shop).open_current(),
        || encoder(args),
    );
    Ok(Engine::new(std::sync::Arc::new(snapshot?), encoder))
}

/// Refuses a shop that neither folder knows, naming the nearest one that exists.
fn known(args: &Args, shop: &str) -> Result<(), CliError> {
    if args.index().join(shop).is_dir() || args.knowledge().join(shop).is_dir() {
        return Ok(());
    }
    let shops = list_shops(args.knowledge()).unwrap_or_default();
    /// Names less alike than this are two names.
    const ALIKE: f64 = 0.75;
    let nearest = shops
        .iter()
        .map(|known| (strsim::jaro_winkler(known, shop), known))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let hint = match nearest {
        None => format!("no shop has a folder under {}", args.knowledge().display()),
        Some((alike, nearest)) if alike >= ALIKE => format!("did you mean {nearest}?"),
        Some(_) => format!("{} has {}", args.knowledge().display(), shops.join(", ")),
    };
    Err(CliError::Usage(format!("no shop {shop}: {hint}")))
}

/// The shops named, or all.
fn chosen(args: &Args, shops: &[String]) -> Result<Vec<String>, CliError> {
    if shops.is_empty() {
        let all = list_shops(args.knowledge())?;
        if all.is_empty() {
            let folder = args.knowledge().display();
            return Err(CliError::Usage(format!(
                "no shop under {folder}: a shop is a folder with a shop.toml"
            )));
        }
        return Ok(all);
    }
    for shop in shops {
        known(args, shop)?;
    }
    Ok(shops.to_vec())
}

/// Who works at this terminal, for history and audit log.
fn who() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "cli".into())
}

/// A line for people.
fn note(args: &Args, line: &str) {
    if !args.quiet {
        eprintln!("{line}");
    }
}

/// A result line.
fn out(line: &str) -> Result<(), CliError> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}").map_err(CliError::unwritten)
}

/// A result as JSON: one line, or indented on a terminal.
fn out_json<T: serde::Serialize>(value: &T) -> Result<(), CliError> {
    let text = if io::stdout().is_terminal() {
        serde_json::to_string_pretty(value)
    } else {
        serde_json::to_string(value)
    };
    out(&text.map_err(|error| CliError::unwritten(io::Error::other(error)))?)
}
