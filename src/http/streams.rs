//! Places for live streams. A quarter is kept for callers with a key or session: however many streams buyers open, agents
//! hear what happens. A conversation has a few at most, since one buyer needs no more.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The most streams of a conversation with its token: the buyer's tabs and devices.
const OF_A_TALK: usize = 8;

/// The places for live streams.
pub struct Streams {
    most: usize,
    taken: Mutex<Taken>,
}

/// The places that are taken.
#[derive(Default)]
struct Taken {
    all: usize,
    /// With a conversation's token.
    buyers: usize,
    /// By conversation, those with its token.
    talks: HashMap<String, usize>,
}

impl Streams {
    /// So many places.
    pub fn new(most: usize) -> Streams {
        Streams {
            most,
            taken: Mutex::default(),
        }
    }

    /// Takes a place, for the buyer of a conversation or, without one, for a caller with a key or session. Returns whether
    /// one was free.
    pub fn take(&self, buyer: Option<&str>) -> bool {
        let mut taken = self.taken();
        if taken.all >= self.most {
            return false;
        }
        if let Some(talk) = buyer {
            let own = taken.talks.get(talk).copied().unwrap_or_default();
            if own >= OF_A_TALK || taken.buyers >= self.most - self.most / 4 {
                return false;
            }
            taken.talks.insert(talk.to_owned(), own + 1);
            taken.buyers += 1;
        }
        taken.all += 1;
        true
    }

    /// Gives back a place that was taken for the same.
    pub fn give_back(&self, buyer: Option<&str>) {
        let mut taken = self.taken();
        taken.all -= 1;
        if let Some(talk) = buyer {
            taken.buyers -= 1;
            match taken.talks.get(talk).copied().unwrap_or_default() {
                0 | 1 => taken.talks.remove(talk),
                own => taken.talks.insert(talk.to_owned(), own - 1),
            };
        }
    }

    /// A panic elsewhere leaves the counts whole: nothing in between can fail.
    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buyers_leave_a_quarter_and_a_talk_has_eight() {
        // Places, those who come one after another (`-` before who leaves; `agent` has a key), and who gets none.
        let rows: &[(usize, &str, &str)] = &[
            (8, "a b c d e f g", "g"),
            (8, "a b c d e f g agent agent agent", "g agent"),
            (8, "a b c d e f g -a h", "g"),
            (4, "agent agent agent agent agent a", "agent a"),
            (4, "agent agent a b c -agent c d", "c d"),
            (100, "a a a a a a a a a b agent", "a"),
            (100, "a a a a a a a a a -a a a", "a a"),
            (1, "a b agent -a agent", "b agent"),
            (0, "a agent", "a agent"),
        ];
        for (most, come, turned_away) in rows {
            let streams = Streams::new(*most);
            let mut none = Vec::new();
            for who in come.split(' ') {
                let (leaves, who) = match who.strip_prefix('-') {
                    Some(who) => (true, who),
                    None => (false, who),
                };
                let buyer = Some(who).filter(|who| *who != "agent");
                if leaves {
                    streams.give_back(buyer);
                } else if !streams.take(buyer) {
                    none.push(who);
                }
            }
            assert_eq!(none.join(" "), *turned_away, "{most}: {come}");
        }
    }
}
