//! The command line.

use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{Parser, Subcommand};
use jiff::Timestamp;

/// Answers buyers' questions from a merchant's own files, word for word, or hands over to a person.
#[derive(Debug, Clone, Parser)]
#[command(name = "zhike", version, about)]
pub struct Args {
    /// Folder of all shops' knowledge (default: knowledge)
    #[arg(long, global = true, env = "ZHIKE_KNOWLEDGE")]
    pub knowledge: Option<PathBuf>,
    /// Folder of all built snapshots (default: index)
    #[arg(long, global = true, env = "ZHIKE_INDEX")]
    pub index: Option<PathBuf>,
    /// Configuration of the server (default: zhike.toml when present)
    #[arg(long, global = true, env = "ZHIKE_CONFIG")]
    pub config: Option<PathBuf>,
    /// Results as JSON
    #[arg(long, global = true, env = "ZHIKE_JSON", value_parser = flag())]
    pub json: bool,
    /// No remarks for people
    #[arg(long, global = true, env = "ZHIKE_QUIET", value_parser = flag())]
    pub quiet: bool,
    /// Folder of another sentence-transformers model (default: the one that travels with the program)
    #[arg(long, global = true, env = "ZHIKE_MODEL")]
    pub model: Option<PathBuf>,
    /// Search by words only, without the sentence encoder
    #[arg(long, global = true, env = "ZHIKE_LEXICAL", value_parser = flag())]
    pub lexical: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Build what is missing, then serve API, chat page, workbench and console
    Serve {
        /// Where to listen (default: 127.0.0.1:8080)
        #[arg(long, env = "ZHIKE_LISTEN")]
        listen: Option<String>,
        /// Follow the merchants' folders and rebuild a shop when its files change
        #[arg(long, env = "ZHIKE_WATCH", value_parser = flag())]
        watch: bool,
        /// Print a one-time link that makes an admin's key, for an admin who lost theirs
        #[arg(long)]
        admin_link: bool,
    },
    /// Rebuild: check, build, try the golden questions, publish
    Index {
        /// Shops; all where none is named
        shops: Vec<String>,
        /// Publish although the gate refuses
        #[arg(long, env = "ZHIKE_FORCE", value_parser = flag())]
        force: bool,
        /// Why, for the history
        #[arg(long, short, env = "ZHIKE_MESSAGE", default_value = "")]
        message: String,
        /// Real questions (JSON lines as of `ask --batch`) that the gate asks before and after
        #[arg(long, env = "ZHIKE_QUESTIONS")]
        questions: Option<PathBuf>,
        /// Write what changes as a self-contained HTML page here
        #[arg(long, env = "ZHIKE_HTML")]
        html: Option<PathBuf>,
    },
    /// Lint the knowledge, change nothing
    Check {
        /// Shops; all where none is named
        shops: Vec<String>,
        /// Mend what cannot change a meaning: spaces around cells, repeated phrasings, full-width ids
        #[arg(long, env = "ZHIKE_FIX", value_parser = flag())]
        fix: bool,
        /// Days ahead for which starts, ends and gaps are listed
        #[arg(long, env = "ZHIKE_DAYS", default_value_t = 30)]
        days: u32,
    },
    /// Answer a question, or a batch of them
    Ask(Ask),
    /// What an agent's search box shows
    Search {
        /// Shop
        shop: String,
        /// Words
        words: String,
        /// Only this kind: faq, product, spec, policy, size
        #[arg(long, env = "ZHIKE_KIND")]
        kind: Option<String>,
        /// Only entries of this product
        #[arg(long, env = "ZHIKE_PRODUCT")]
        product: Option<String>,
        /// Most results
        #[arg(long, env = "ZHIKE_LIMIT", default_value_t = 10)]
        limit: usize,
        /// Results passed over
        #[arg(long, env = "ZHIKE_OFFSET", default_value_t = 0)]
        offset: usize,
    },
    /// Golden or labelled questions: figures, confusion list, report
    Eval {
        /// Shop
        shop: String,
        /// Labelled questions (CSV like golden.csv, or JSON lines); the shop's golden questions where absent
        file: Option<PathBuf>,
        /// Write a self-contained HTML report here
        #[arg(long, env = "ZHIKE_HTML")]
        html: Option<PathBuf>,
        /// Compare with this older snapshot, question by question
        #[arg(long, env = "ZHIKE_AGAINST")]
        against: Option<String>,
    },
    /// List the snapshots of a shop
    Snapshots {
        /// Shop
        shop: String,
    },
    /// Make an older snapshot live
    Rollback {
        /// Shop
        shop: String,
        /// Snapshot; the one that was live before the present one was published where absent
        snapshot: Option<String>,
        /// Why, for the history
        #[arg(long, short, env = "ZHIKE_MESSAGE", default_value = "")]
        message: String,
    },
    /// Guess which column of a foreign sheet is which of ours, and show it; with --save, note it in shop.toml
    Columns {
        /// Shop
        shop: String,
        /// A CSV or XLSX file with questions and answers, or with products
        file: PathBuf,
        /// Add the mapping to `[columns]` of shop.toml and copy the file into the shop
        #[arg(long, env = "ZHIKE_SAVE", value_parser = flag())]
        save: bool,
    },
    /// What two snapshots answer differently, and what changed in the knowledge
    Diff {
        /// Shop
        shop: String,
        /// Snapshot before
        before: String,
        /// Snapshot after
        after: String,
        /// Real questions (JSON lines as of `ask --batch`) to ask beside the golden ones
        #[arg(long, env = "ZHIKE_QUESTIONS")]
        questions: Option<PathBuf>,
        /// Write a self-contained HTML page here
        #[arg(long, env = "ZHIKE_HTML")]
        html: Option<PathBuf>,
    },
    /// Why this decision; why not that entry, and the smallest change that would mend it
    Explain {
        /// Shop
        shop: String,
        /// The question
        question: String,
        /// The entry that should answer
        #[arg(long, env = "ZHIKE_EXPECT")]
        expect: Option<String>,
        /// Product the buyer looks at
        #[arg(long, env = "ZHIKE_PRODUCT")]
        product: Option<String>,
        /// Moment of the question, ISO 8601
        #[arg(long, env = "ZHIKE_AT")]
        at: Option<String>,
        /// State of the buyer's order, as in the knowledge: unshipped, 已发货 …
        #[arg(long, env = "ZHIKE_ORDER_STATE")]
        order_state: Option<String>,
        /// An earlier message of the buyer, oldest first; may be given several times
        #[arg(long, env = "ZHIKE_PREVIOUS", value_delimiter = '|')]
        previous: Vec<String>,
    },
    /// The same answer again, from the archived snapshot, with the proof
    Replay {
        /// What `ask --receipt` wrote, or the body of a reply of the HTTP API; `-` for standard input
        receipt: PathBuf,
    },
    /// Recompute the vectors of the intent packs after editing packs/ (for developers)
    #[command(hide = true)]
    Packs {
        /// The file to write
        #[arg(long, default_value = "packs/vectors.bin")]
        out: PathBuf,
    },
}

/// `zhike ask`.
#[derive(Debug, Clone, clap::Args)]
pub struct Ask {
    /// Shop
    pub shop: String,
    /// The question
    #[arg(required_unless_present = "batch", conflicts_with = "batch")]
    pub question: Option<String>,
    /// Product the buyer looks at
    #[arg(long, env = "ZHIKE_PRODUCT")]
    pub product: Option<String>,
    /// Moment of the question, ISO 8601, in the shop's time zone unless it carries an offset
    #[arg(long, env = "ZHIKE_AT")]
    pub at: Option<String>,
    /// State of the buyer's order, as in the knowledge: unshipped, 已发货 …
    #[arg(long, env = "ZHIKE_ORDER_STATE")]
    pub order_state: Option<String>,
    /// An earlier message of the buyer, oldest first; may be given several times
    #[arg(long, env = "ZHIKE_PREVIOUS", value_delimiter = '|')]
    pub previous: Vec<String>,
    /// Show the whole trace
    #[arg(long, env = "ZHIKE_EXPLAIN", value_parser = flag())]
    pub explain: bool,
    /// JSON lines of questions, `-` for standard input
    #[arg(long, env = "ZHIKE_BATCH")]
    pub batch: Option<PathBuf>,
    /// Write what `replay` needs to make this answer again here
    #[arg(long, env = "ZHIKE_RECEIPT")]
    pub receipt: Option<PathBuf>,
    /// Always list this many candidates
    #[arg(long, env = "ZHIKE_CANDIDATES")]
    pub candidates: Option<usize>,
}

/// The values of switches in the environment: `ZHIKE_JSON=1`, `yes` and `true` are on; `0`, `no`, `false` and the empty
/// value are off.
fn flag() -> FalseyValueParser {
    FalseyValueParser::new()
}

/// The moment now: the clock is read here alone on the command line.
pub fn now() -> Timestamp {
    Timestamp::now()
}
