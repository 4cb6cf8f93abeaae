//! The owner of a talk and its legal moves. Pure.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who owns a talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The bot answers; there is no open ticket.
    Bot,
    /// A ticket waits for a person. The bot still answers what it is sure of.
    Waiting,
    /// A person owns the talk; the bot is silent.
    WithAgent,
    /// A person is done. The bot answers; a further handoff reopens the ticket.
    Resolved,
    /// A resolved ticket waits for a person again.
    Reopened,
}

impl TryFrom<String> for State {
    type Error = UnknownState;

    fn try_from(name: String) -> Result<State, UnknownState> {
        State::parse(&name).ok_or(UnknownState(name))
    }
}

/// A name that is not a state.
#[derive(Debug, thiserror::Error)]
#[error("{0} is no state of a talk; the store was written by another version of zhike")]
pub struct UnknownState(String);

/// A move of a talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Move {
    /// The bot hands the talk to people.
    HandOff,
    /// A person takes it.
    Claim,
    /// A person passes it to a skill group.
    Transfer,
    /// A person gives the talk back to the bot.
    HandBack,
    /// A person has finished.
    Resolve,
    /// A person reopens a resolved ticket.
    Reopen,
    /// After some time a resolved or silent talk goes back to the bot.
    Resume,
}

/// A move that the state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a talk that is {} cannot be {}; reload it and try again", .state.as_str(), .moved.done())]
pub struct IllegalMove {
    /// The state it was in.
    pub state: State,
    /// The move that was tried.
    pub moved: Move,
}

impl State {
    /// All states, for tables.
    pub const ALL: [State; 5] = [
        State::Bot,
        State::Waiting,
        State::WithAgent,
        State::Resolved,
        State::Reopened,
    ];

    /// The name in the API and the store.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Bot => "bot",
            State::Waiting => "waiting",
            State::WithAgent => "with_agent",
            State::Resolved => "resolved",
            State::Reopened => "reopened",
        }
    }

    /// The state with this name.
    pub fn parse(name: &str) -> Option<State> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether the bot may speak. It may unless a person owns the talk.
    pub fn bot_speaks(self) -> bool {
        self != State::WithAgent
    }

    /// Whether a ticket is open.
    pub fn ticket_open(self) -> bool {
        matches!(self, State::Waiting | State::WithAgent | State::Reopened)
    }
}

impl Move {
    /// All moves, for tables.
    pub const ALL: [Move; 7] = [
        Move::HandOff,
        Move::Claim,
        Move::Transfer,
        Move::HandBack,
        Move::Resolve,
        Move::Reopen,
        Move::Resume,
    ];

    /// The past participle, for messages.
    fn done(self) -> &'static str {
        match self {
            Move::HandOff => "handed off",
            Move::Claim => "claimed",
            Move::Transfer => "transferred",
            Move::HandBack => "handed back",
            Move::Resolve => "resolved",
            Move::Reopen => "reopened",
            Move::Resume => "resumed by the bot",
        }
    }
}

/// The state after a move. All legal moves are listed here.
///
/// # Errors
/// [`IllegalMove`] for all other moves.
pub fn next(state: State, moved: Move) -> Result<State, IllegalMove> {
    use Move as M;
    use State as S;
    match (state, moved) {
        (S::Bot, M::HandOff) => Ok(S::Waiting),
        // A further handoff of a waiting talk joins its ticket.
        (S::Waiting, M::HandOff) => Ok(S::Waiting),
        (S::Reopened, M::HandOff) => Ok(S::Reopened),
        (S::Resolved, M::HandOff) => Ok(S::Reopened),
        // From `Bot`: the ticket was handed back, and the agent sees that the bot does not cope.
        (S::Resolved | S::Bot, M::Reopen) => Ok(S::Reopened),
        (S::Waiting | S::Reopened, M::Claim) => Ok(S::WithAgent),
        (S::WithAgent | S::Waiting, M::Transfer) => Ok(S::Waiting),
        (S::Reopened, M::Transfer) => Ok(S::Reopened),
        (S::Waiting | S::WithAgent | S::Reopened, M::HandBack) => Ok(S::Bot),
        (S::Waiting | S::WithAgent | S::Reopened, M::Resolve) => Ok(S::Resolved),
        // Never from `Waiting`: a handoff must not be lost because nobody came.
        (S::WithAgent | S::Resolved, M::Resume) => Ok(S::Bot),
        _ => Err(IllegalMove { state, moved }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows are states, columns are [`Move::ALL`]; `-` is an illegal move.
    #[test]
    fn every_pair_of_state_and_move() {
        let table = [
            //              HandOff     Claim        Transfer    HandBack  Resolve     Reopen      Resume
            (State::Bot, ["waiting", "-", "-", "-", "-", "reopened", "-"]),
            (
                State::Waiting,
                [
                    "waiting",
                    "with_agent",
                    "waiting",
                    "bot",
                    "resolved",
                    "-",
                    "-",
                ],
            ),
            (
                State::WithAgent,
                ["-", "-", "waiting", "bot", "resolved", "-", "bot"],
            ),
            (
                State::Resolved,
                ["reopened", "-", "-", "-", "-", "reopened", "bot"],
            ),
            (
                State::Reopened,
                [
                    "reopened",
                    "with_agent",
                    "reopened",
                    "bot",
                    "resolved",
                    "-",
                    "-",
                ],
            ),
        ];
        for (state, row) in table {
            for (moved, expected) in Move::ALL.into_iter().zip(row) {
                let got = next(state, moved).map_or("-", State::as_str);
                assert_eq!(got, expected, "{state:?} {moved:?}");
            }
        }
    }

    #[test]
    fn names_round_trip() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
        assert_eq!(State::parse("asleep"), None);
    }

    #[test]
    fn an_illegal_move_says_what_to_do() {
        let error = next(State::Bot, Move::Claim).expect_err("nothing to claim");
        assert_eq!(
            error.to_string(),
            "a talk that is bot cannot be claimed; reload it and try again"
        );
    }
}
