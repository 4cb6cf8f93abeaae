//! Databases for story tests: SQLite files, and a PostgreSQL server for this test run.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// The kinds that this machine has; where it has no PostgreSQL, see [`super::missing`].
pub fn kinds() -> Vec<Kind> {
    match cluster() {
        Some(_) => vec![Kind::Sqlite, Kind::Postgres],
        None => {
            super::missing(
                "no PostgreSQL here (Debian: postgresql), its half of the stories is skipped",
            );
            vec![Kind::Sqlite]
        }
    }
}

/// The URL of a fresh database; SQLite's file lies in `folder`.
pub fn fresh(kind: Kind, folder: &Path) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    match kind {
        Kind::Sqlite => format!("sqlite://{}", folder.join("zhike.db").display()),
        Kind::Postgres => {
            let cluster = cluster().expect("kinds() said that it is there");
            let name = format!("t{}", COUNT.fetch_add(1, Ordering::Relaxed));
            run(cluster.tool("createdb").args([
                "-h",
                "127.0.0.1",
                "-p",
                &cluster.port.to_string(),
                &name,
            ]));
            format!(
                "postgres://{}@127.0.0.1:{}/{name}",
                cluster.user, cluster.port
            )
        }
    }
}

/// Where PostgreSQL keeps its files, for the search for canaries. Everything is flushed first.
pub fn postgres_files() -> Option<PathBuf> {
    let cluster = cluster()?;
    run(cluster.tool("psql").args([
        "-h",
        "127.0.0.1",
        "-p",
        &cluster.port.to_string(),
        "-c",
        "checkpoint",
        "postgres",
    ]));
    Some(cluster.folder.clone())
}

/// A PostgreSQL server that ends with this process: a shell waits on our pipe, and stops it when the pipe closes.
struct Cluster {
    folder: PathBuf,
    bin: PathBuf,
    port: u16,
    user: &'static str,
    root: bool,
    _keeper: Child,
}

impl Cluster {
    /// A client program, run as the server's user.
    fn tool(&self, name: &str) -> Command {
        let mut command = as_user(self.root, &self.bin.join(name));
        command.args(["-U", self.user]);
        command
    }
}

fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    CLUSTER.get_or_init(start).as_ref()
}

fn start() -> Option<Cluster> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let bin = versions
        .flatten()
        .map(|version| version.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .max()?;
    // PostgreSQL refuses to run as root.
    let root = fs::metadata("/proc/self")
        .map(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
        .unwrap_or(false);
    let folder = std::env::temp_dir().join(format!("zhike-postgres-{}", std::process::id()));
    fs::create_dir_all(&folder).ok()?;
    if root {
        run(Command::new("chown").arg("postgres").arg(&folder));
    }
    let data = folder.join("data");
    run(as_user(root, &bin.join("initdb"))
        .args([
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--no-sync",
            "-D",
        ])
        .arg(&data));
    let port = TcpListener::bind("127.0.0.1:0")
        .ok()?
        .local_addr()
        .ok()?
        .port();
    let script = format!(
        "'{}' -D '{}' -p {port} -h 127.0.0.1 -k '{}' -c fsync=off -c max_connections=200 >'{}' 2>&1 & \
         server=$!; read _; kill -INT $server; wait $server; rm -rf '{}'",
        bin.join("postgres").display(),
        data.display(),
        folder.display(),
        folder.join("log").display(),
        folder.display()
    );
    let mut shell = as_user(root, Path::new("/bin/sh"));
    // A group of its own: Ctrl-C in the terminal ends the tests, and through the pipe the server.
    let keeper = shell
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let keeper = keeper.spawn().ok()?;
    let cluster = Cluster {
        folder,
        bin,
        port,
        user: "postgres",
        root,
        _keeper: keeper,
    };
    let patience = Instant::now() + Duration::from_secs(60);
    while !cluster
        .tool("pg_isready")
        .args(["-h", "127.0.0.1", "-p", &port.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
    {
        assert!(
            Instant::now() < patience,
            "PostgreSQL did not start: {}",
            log(&cluster.folder)
        );
        std::thread::yield_now();
    }
    Some(cluster)
}

fn log(folder: &Path) -> String {
    fs::read_to_string(folder.join("log")).unwrap_or_default()
}

fn as_user(root: bool, program: &Path) -> Command {
    if !root {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command
        .args(["-u", "postgres", "--"])
        .arg(program)
        .current_dir("/");
    command
}

fn run(command: &mut Command) {
    let output = command.output().expect("the program starts");
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
