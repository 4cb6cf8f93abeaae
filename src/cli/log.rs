//! Writes log lines to standard error.
//!
//! A thread of its own writes the lines in batches. A line per request costs a buyer only a copy into a buffer, and a
//! blocked terminal delays nobody.

mod plain;

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

pub use plain::Plain;

/// How long lines are collected before they are written.
const GATHER: Duration = Duration::from_millis(50);

/// The most bytes that wait. Further lines are dropped and counted.
const MOST: usize = 8 << 20;

/// The writer for log lines.
#[derive(Clone, Default)]
pub struct Lines(Arc<Waiting>);

#[derive(Default)]
struct Waiting {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    bytes: Vec<u8>,
    dropped: usize,
    closing: bool,
}

/// Dropping it writes the remaining lines and ends the thread.
pub struct Writing {
    lines: Lines,
    thread: Option<JoinHandle<()>>,
}

impl Lines {
    /// Starts a thread that writes lines to `target`.
    ///
    /// # Errors
    /// If the thread cannot be started.
    pub fn written_to(target: impl Write + Send + 'static) -> io::Result<(Lines, Writing)> {
        let lines = Lines::default();
        let waiting = lines.0.clone();
        let thread = std::thread::Builder::new()
            .name("log".into())
            .spawn(move || waiting.write(target))?;
        let writing = Writing {
            lines: lines.clone(),
            thread: Some(thread),
        };
        Ok((lines, writing))
    }
}

impl Waiting {
    /// The queue is valid even after a panic: nothing is half done under its lock.
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, mut target: impl Write) {
        let mut batch = Vec::new();
        loop {
            let queue = self.lock();
            let idle = |queue: &mut Queue| queue.bytes.is_empty() && !queue.closing;
            let queue = self
                .changed
                .wait_while(queue, idle)
                .unwrap_or_else(PoisonError::into_inner);
            let open = |queue: &mut Queue| !queue.closing;
            let (mut queue, _) = self
                .changed
                .wait_timeout_while(queue, GATHER, open)
                .unwrap_or_else(PoisonError::into_inner);
            std::mem::swap(&mut queue.bytes, &mut batch);
            let (dropped, closing) = (std::mem::take(&mut queue.dropped), queue.closing);
            drop(queue);
            // If standard error cannot be written, nobody can be told.
            let _ = target.write_all(&batch);
            if dropped > 0 {
                let _ = writeln!(
                    target,
                    "{dropped} log lines were dropped: they came too fast"
                );
            }
            let _ = target.flush();
            batch.clear();
            if closing {
                return;
            }
        }
    }
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut queue = self.0.lock();
        if queue.bytes.len() + line.len() > MOST {
            queue.dropped += 1;
            return Ok(line.len());
        }
        let first = queue.bytes.is_empty();
        queue.bytes.extend_from_slice(line);
        drop(queue);
        if first {
            self.0.changed.notify_one();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Lines;

    fn make_writer(&'a self) -> Lines {
        self.clone()
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        self.lines.0.lock().closing = true;
        self.lines.0.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A target for tests to read.
    #[derive(Clone, Default)]
    pub struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Shared {
        pub fn text(&self) -> String {
            String::from_utf8(self.0.lock().expect("whole").clone()).expect("text")
        }
    }

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("whole").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn every_line_is_written_once_and_in_order() {
        let target = Shared::default();
        let (lines, writing) = Lines::written_to(target.clone()).expect("a thread");
        let threads: Vec<_> = (0..4)
            .map(|thread| {
                let mut lines = lines.clone();
                std::thread::spawn(move || {
                    for line in 0..500 {
                        let line = format!("{thread} {line}\n");
                        lines.write_all(line.as_bytes()).expect("taken");
                    }
                })
            })
            .collect();
        threads
            .into_iter()
            .for_each(|t| t.join().expect("no panic"));
        drop(writing);
        let written = target.text();
        for thread in 0..4 {
            let head = format!("{thread} ");
            let own = written.lines().filter_map(|line| line.strip_prefix(&head));
            let expected = (0..500).map(|line| line.to_string());
            assert!(own.eq(expected), "thread {thread}");
        }
        assert_eq!(written.lines().count(), 2000);
    }

    #[test]
    fn what_comes_too_fast_is_counted() {
        let (mut lines, target) = (Lines::default(), Shared::default());
        let line = vec![b'x'; MOST / 2];
        for _ in 0..5 {
            lines.write_all(&line).expect("taken");
        }
        lines.0.lock().closing = true;
        lines.0.write(target.clone());
        assert!(
            target
                .text()
                .ends_with("3 log lines were dropped: they came too fast\n")
        );
    }
}
