//! Configuration: `zhike.toml`, then the environment, then the command line. It is read only here; modules take plain
//! structs.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::knowledge::nearest;

/// The documented example file. A test compares it with the defaults.
pub const EXAMPLE: &str = include_str!("../zhike.example.toml");

/// The settings of a zhike process. Shops have their own in `shop.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Folder of all shops' knowledge.
    pub knowledge: PathBuf,
    /// Folder of all built snapshots.
    pub index: PathBuf,
    /// Folder of another sentence-transformers model of the BERT shape; empty: the built-in model.
    pub model: PathBuf,
    /// How many snapshots of a shop to keep.
    pub keep_snapshots: usize,
    /// The address on which `zhike serve` listens.
    pub listen: String,
    /// `sqlite://path` or `postgres://user:password@host/name`; empty: `zhike.db` in the index folder.
    pub database: Secret,
    /// `text` or `json`.
    pub log_format: String,
    /// What is logged, as `tracing` filters: `info`, `zhike=debug`.
    pub log: String,
    /// Bounds.
    pub limits: Limits,
}

/// Limits for callers.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// The most characters of a question.
    pub question_chars: usize,
    /// The most bytes of a request's body.
    pub body_bytes: usize,
    /// The most seconds of a request. Live streams are exempt.
    pub request_seconds: u64,
    /// Requests per minute from one anonymous buyer (by network address).
    pub buyer_per_minute: u32,
    /// Requests per minute with one API key or session.
    pub key_per_minute: u32,
    /// Live streams at the same time. Buyers get three quarters of them at most.
    pub streams: usize,
    /// Requests at the same time. Further ones are told to come back in a second.
    pub in_flight: usize,
    /// Whether to trust a reverse proxy's `X-Forwarded-For` for the buyer's address.
    pub trust_forwarded: bool,
}

/// A value that is never shown in logs.
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() {
            "\"\""
        } else {
            "\"[redacted]\""
        })
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            knowledge: "knowledge".into(),
            index: "index".into(),
            model: PathBuf::new(),
            keep_snapshots: 10,
            listen: "127.0.0.1:8080".into(),
            database: Secret::default(),
            log_format: "text".into(),
            log: "info".into(),
            limits: Limits::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            question_chars: 1000,
            body_bytes: 64 * 1024,
            request_seconds: 30,
            buyer_per_minute: 120,
            key_per_minute: 60_000,
            streams: 2000,
            in_flight: 512,
            trust_forwarded: false,
        }
    }
}

/// An error of the configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}: {source}; name another with --config")]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: std::io::Error,
    },
    /// The file cannot be parsed, or has an unknown key.
    #[error("{path}: {message}; zhike.example.toml shows every key")]
    File {
        /// The file.
        path: PathBuf,
        /// Line and fault.
        message: String,
    },
    /// An environment variable cannot be parsed.
    #[error("environment variable {name}: {message}")]
    Variable {
        /// The variable.
        name: String,
        /// The fault.
        message: String,
    },
}

impl Config {
    /// Reads `file` (or `zhike.toml` in the working folder if it exists), then applies the process's variables
    /// `ZHIKE_…`.
    ///
    /// # Errors
    /// [`ConfigError`] if the file or a variable cannot be read or parsed.
    pub fn load(file: Option<&Path>) -> Result<Config, ConfigError> {
        let default = Path::new("zhike.toml");
        let file = file.or_else(|| default.is_file().then_some(default));
        let text = match file {
            Some(path) => std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
                path: path.to_owned(),
                source,
            })?,
            None => String::new(),
        };
        Config::parse(file.unwrap_or(default), &text, std::env::vars())
    }

    /// Reads the text of a file, then applies variables: `ZHIKE_LISTEN` sets `listen`, `ZHIKE_LIMITS__STREAMS` sets
    /// `limits.streams`. Variables that name no key are ignored, since they have other uses (`ZHIKE_CONFIG`, webhook
    /// secrets).
    ///
    /// # Errors
    /// [`ConfigError::File`], [`ConfigError::Variable`].
    pub fn parse(
        path: &Path,
        text: &str,
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<Config, ConfigError> {
        let fault = |error: toml::de::Error| ConfigError::File {
            path: path.to_owned(),
            message: one_line(text, &error),
        };
        let mut table: toml::Table = text.parse().map_err(fault)?;
        // Checked before variables are applied, so that the message shows the file's own line.
        toml::from_str::<Config>(text).map_err(fault)?;
        for (name, value) in variables {
            if let Some(keys) = name.strip_prefix("ZHIKE_") {
                overlay(&mut table, &name, &keys.to_ascii_lowercase(), &value)?;
            }
        }
        table.try_into().map_err(fault)
    }

    /// The URL of the database, or the default one.
    pub fn database_url(&self) -> String {
        match self.database.0.as_str() {
            "" => format!("sqlite://{}", self.index.join("zhike.db").display()),
            url => url.to_owned(),
        }
    }
}

/// The secret in the environment variable that a shop's settings name (`[webhook] secret_env`).
pub fn secret(variable: &str) -> Option<Secret> {
    std::env::var(variable)
        .ok()
        .filter(|value| !value.is_empty())
        .map(Secret)
}

/// Applies a variable to the table. The default's type decides how the value is parsed.
fn overlay(
    table: &mut toml::Table,
    name: &str,
    keys: &str,
    value: &str,
) -> Result<(), ConfigError> {
    let example: toml::Table = EXAMPLE.parse().unwrap_or_default();
    let (section, key) = keys
        .split_once("__")
        .map_or((None, keys), |(section, key)| (Some(section), key));
    let known = match section {
        None => example.get(key),
        Some(section) => example.get(section).and_then(|table| table.get(key)),
    };
    let parsed = match known {
        None | Some(toml::Value::Table(_)) => return Ok(()),
        Some(toml::Value::Integer(_)) => value
            .parse()
            .map(toml::Value::Integer)
            .map_err(|_| "a whole number"),
        Some(toml::Value::Boolean(_)) => value
            .parse()
            .map(toml::Value::Boolean)
            .map_err(|_| "true or false"),
        Some(_) => Ok(toml::Value::String(value.to_owned())),
    };
    let parsed = parsed.map_err(|kind| ConfigError::Variable {
        name: name.to_owned(),
        message: format!("must be {kind}"),
    })?;
    let target = match section {
        None => table,
        Some(section) => {
            let section = table
                .entry(section)
                .or_insert_with(|| toml::Table::new().into());
            match section {
                toml::Value::Table(section) => section,
                _ => return Ok(()),
            }
        }
    };
    target.insert(key.to_owned(), parsed);
    Ok(())
}

/// The error in one line (`line 3: unknown field …`), without the value, which may be a secret.
fn one_line(text: &str, error: &toml::de::Error) -> String {
    let line = error
        .span()
        .map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    let mut message = error.message().trim_end_matches('.').replace('\n', ", ");
    // unknown field `lisen`, expected one of `knowledge`, `index` …
    let named: Vec<&str> = error.message().split('`').skip(1).step_by(2).collect();
    if let [strange, known @ ..] = named.as_slice()
        && message.starts_with("unknown field")
        && let Some(near) = nearest(strange, known.iter().copied())
    {
        message += &format!("; write {near} if that is meant");
    }
    match line {
        Some(line) => format!("line {line}: {message}"),
        None => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Config::parse(Path::new("zhike.toml"), text, variables).map_err(|error| error.to_string())
    }

    #[test]
    fn the_example_is_the_defaults() {
        assert_eq!(parse(EXAMPLE, &[]), Ok(Config::default()));
        assert_eq!(parse("", &[]), Ok(Config::default()));
    }

    #[test]
    fn variables_lie_over_the_file() {
        let config = parse(
            "listen = \"0.0.0.0:1\"\n[limits]\nstreams = 5",
            &[
                ("ZHIKE_LISTEN", "0.0.0.0:2"),
                ("ZHIKE_LIMITS__STREAMS", "7"),
                ("ZHIKE_LIMITS__TRUST_FORWARDED", "true"),
                ("ZHIKE_UNRELATED", "x"),
                ("HOME", "x"),
            ],
        )
        .expect("a good configuration");
        assert_eq!(
            (config.listen.as_str(), config.limits.streams),
            ("0.0.0.0:2", 7)
        );
        assert!(config.limits.trust_forwarded);
        assert_eq!(config.database_url(), "sqlite://index/zhike.db");
    }

    #[test]
    fn a_slip_is_told_what_may_be_meant() {
        for (text, hint) in [
            ("lisen = \"b\"", "write listen if that is meant"),
            ("[limits]\nstream = 3", "write streams if that is meant"),
        ] {
            let error = parse(text, &[]).expect_err(text);
            assert!(error.contains(hint), "{error}");
        }
        let error = parse("colour = \"red\"", &[]).expect_err("no such key");
        assert!(!error.contains("is meant"), "{error}");
    }

    #[test]
    fn faults_name_the_place() {
        /// File, environment, message.
        type Row<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);
        let rows: &[Row<'_>] = &[
            (
                "listen = \"a\"\nlisen = \"b\"",
                &[],
                "zhike.toml: line 2: unknown field `lisen`",
            ),
            (
                "keep_snapshots = \"x\"",
                &[],
                "zhike.toml: line 1: invalid type: string \"x\", expected usize",
            ),
            ("a = ", &[], "zhike.toml: line 1: "),
            (
                "",
                &[("ZHIKE_LIMITS__STREAMS", "many")],
                "environment variable ZHIKE_LIMITS__STREAMS: must be a whole number",
            ),
        ];
        for (text, variables, expected) in rows {
            let got = parse(text, variables).expect_err("a fault");
            assert!(got.starts_with(expected), "{got}");
        }
    }

    #[test]
    fn secrets_do_not_show() {
        let config = parse("database = \"postgres://u:hunter2@h/d\"", &[]).expect("good");
        assert!(!format!("{config:?}").contains("hunter2"));
        assert_eq!(config.database_url(), "postgres://u:hunter2@h/d");
    }
}
