//! A circuit breaker as a pure state machine. Time is a parameter.

/// When a breaker opens, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Failures in a row that open it; at least 1.
    pub failures: u32,
    /// Milliseconds it stays open.
    pub open_ms: i64,
}

/// Closed: calls go through. Open: no calls. Half open: one call tries whether the other side works again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Breaker {
    /// Calls go through.
    #[default]
    Healthy,
    /// Calls go through; this many failed in a row.
    Failing(u32),
    /// No call goes through before this moment (milliseconds since 1970).
    Open {
        /// When a trial is allowed.
        until: i64,
    },
    /// One trial call is running.
    Trial {
        /// When it started.
        since: i64,
    },
}

impl Breaker {
    /// Whether a call may be made at `now`. In an open breaker whose time is up, asking starts the trial.
    pub fn allows(&mut self, now: i64, limits: Limits) -> bool {
        match *self {
            Breaker::Healthy | Breaker::Failing(_) => true,
            Breaker::Open { until } if now >= until => {
                *self = Breaker::Trial { since: now };
                true
            }
            // A trial that never reports (its task was dropped) does not block for ever.
            Breaker::Trial { since } if now >= since.saturating_add(limits.open_ms) => {
                *self = Breaker::Trial { since: now };
                true
            }
            Breaker::Open { .. } | Breaker::Trial { .. } => false,
        }
    }

    /// Reports that a call succeeded.
    pub fn succeeded(&mut self) {
        *self = Breaker::Healthy;
    }

    /// Reports that a call failed at `now`.
    pub fn failed(&mut self, now: i64, limits: Limits) {
        let open = Breaker::Open {
            until: now.saturating_add(limits.open_ms),
        };
        *self = match *self {
            Breaker::Healthy if limits.failures > 1 => Breaker::Failing(1),
            Breaker::Failing(before) if before + 1 < limits.failures => {
                Breaker::Failing(before + 1)
            }
            // A late failure does not prolong an open breaker.
            Breaker::Open { until } => Breaker::Open { until },
            Breaker::Healthy | Breaker::Failing(_) | Breaker::Trial { .. } => open,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        failures: 3,
        open_ms: 1_000,
    };

    /// Steps: (time, what happens); `?` asks, `+` succeeds, `-` fails. Expected: the answers to the questions.
    fn run(steps: &[(i64, char)]) -> Vec<bool> {
        let mut breaker = Breaker::default();
        let mut answers = Vec::new();
        for &(now, step) in steps {
            match step {
                '?' => answers.push(breaker.allows(now, LIMITS)),
                '+' => breaker.succeeded(),
                _ => breaker.failed(now, LIMITS),
            }
        }
        answers
    }

    #[test]
    fn opens_tries_and_closes() {
        for (steps, answers) in [
            (vec![(0, '-'), (0, '-'), (0, '?')], vec![true]),
            (
                vec![
                    (0, '-'),
                    (0, '-'),
                    (0, '-'),
                    (0, '?'),
                    (999, '?'),
                    (1_000, '?'),
                    (1_001, '?'),
                ],
                vec![false, false, true, false],
            ),
            (
                vec![(0, '-'), (0, '-'), (0, '+'), (0, '-'), (0, '-'), (0, '?')],
                vec![true],
            ),
            (
                vec![
                    (0, '-'),
                    (0, '-'),
                    (0, '-'),
                    (1_000, '?'),
                    (1_010, '+'),
                    (1_020, '?'),
                ],
                vec![true, true],
            ),
            (
                vec![
                    (0, '-'),
                    (0, '-'),
                    (0, '-'),
                    (1_000, '?'),
                    (1_010, '-'),
                    (1_500, '?'),
                    (2_010, '?'),
                ],
                vec![true, false, true],
            ),
            (
                vec![(0, '-'), (0, '-'), (0, '-'), (500, '-'), (1_000, '?')],
                vec![true],
            ),
            (
                vec![
                    (0, '-'),
                    (0, '-'),
                    (0, '-'),
                    (1_000, '?'),
                    (1_999, '?'),
                    (2_000, '?'),
                ],
                vec![true, false, true],
            ),
        ] {
            assert_eq!(run(&steps), answers, "{steps:?}");
        }
    }
}
