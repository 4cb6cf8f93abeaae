//! The real program in a process of its own.

use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running `zhike serve`. It is killed when dropped. What it says goes to `server.log` in its folder.
pub struct Process {
    child: Child,
    /// Where it listens.
    pub base: String,
    /// The secret of the first sign-in, until a key was made.
    pub link: Option<String>,
}

impl Process {
    /// Starts `program` on `folder/knowledge` and `folder/index`, and waits until it listens. The database is one on
    /// which nobody has a key yet.
    pub fn start(program: &Path, folder: &Path, database: &str, arguments: &[&str]) -> Process {
        Process::launch(program, folder, database, arguments, "#link=")
    }

    /// The same once somebody has signed in: no link is printed any more.
    pub fn again(program: &Path, folder: &Path, database: &str, arguments: &[&str]) -> Process {
        Process::launch(program, folder, database, arguments, "/console")
    }

    /// Starts the program and reads what it says up to a line with `last`.
    fn launch(
        program: &Path,
        folder: &Path,
        database: &str,
        arguments: &[&str],
        last: &str,
    ) -> Process {
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .arg("--knowledge")
            .arg(folder.join("knowledge"))
            .arg("--index")
            .arg(folder.join("index"))
            .env("ZHIKE_DATABASE", database)
            .env("ZHIKE_LOG", "info,zhike=debug")
            .env("ZHIKE_LIMITS__BUYER_PER_MINUTE", "10000000")
            .env("ZHIKE_LIMITS__KEY_PER_MINUTE", "10000000")
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut output = BufReader::new(child.stderr.take().expect("piped"));
        let (mut base, mut link, mut said) = (None, None, String::new());
        loop {
            let start = said.len();
            if output.read_line(&mut said).expect("text") == 0 {
                break;
            }
            let line = said[start..].trim_end();
            base = line
                .split_once("is listening on ")
                .map(|(_, address)| address.trim().to_owned())
                .or(base);
            link = line
                .split_once("#link=")
                .map(|(_, link)| link.trim().to_owned())
                .or(link);
            if line.contains(last) {
                break;
            }
        }
        let base = base.unwrap_or_else(|| panic!("the server did not start:\n{said}"));
        // Opened to append, the kernel could not move what comes from the pipe by itself.
        let mut log = File::options()
            .create(true)
            .write(true)
            .truncate(false)
            .open(folder.join("server.log"))
            .expect("a log");
        log.seek(SeekFrom::End(0)).expect("its end");
        // The pipe is drained, so that the server never waits for us.
        std::thread::spawn(move || {
            let _ = log.write_all(said.as_bytes());
            let _ = std::io::copy(&mut output, &mut log);
        });
        Process { child, base, link }
    }

    /// Its process id.
    #[allow(dead_code, reason = "a bench looks at its memory, no test does")]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
