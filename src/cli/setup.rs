//! What a command works with: its switches, and the configuration with the command line applied.

use super::CliError;
use super::args::{Args, Command};
use crate::config::Config;

/// The resolved options, made once before any command begins.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The configuration from file, environment and command line; later ones override earlier ones.
    pub config: Config,
    /// Results as JSON.
    pub json: bool,
    /// No text for people.
    pub quiet: bool,
    /// Search by words only.
    pub lexical: bool,
}

impl Setup {
    /// Reads file and environment, then applies the command line.
    pub fn of(args: &Args) -> Result<Setup, CliError> {
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
        if let Command::Serve {
            listen: Some(listen),
            ..
        } = &args.command
        {
            config.listen.clone_from(listen);
        }
        Ok(Setup {
            config,
            json: args.json,
            quiet: args.quiet,
            lexical: args.lexical,
        })
    }

    /// Creates the index folder if it is missing, since the database is in it.
    pub fn make_index(&self) -> Result<(), CliError> {
        let index = &self.config.index;
        std::fs::create_dir_all(index).map_err(CliError::io("create", index))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

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
            let config = Setup::of(&args).expect("a configuration").config;
            assert_eq!(config.knowledge, Path::new(knowledge), "{typed:?}");
            assert_eq!(config.index, Path::new(index), "{typed:?}");
        }
    }
}
