//! What is kept of a talk: who owns it, what was said and decided, tickets and what people make of them.
//!
//! * [`state`]: who owns a talk and which moves are legal. Pure.
//! * [`openers`]: what a buyer is offered to ask; [`picked`]: which option a buyer's word picks. Pure.
//! * [`priority`], [`packet`], [`unanswered`], [`check_reply`]: what the desk computes; `incident`: whether harm was done
//!   or is only asked about. Pure.
//! * [`store`]: the only SQL.
//! * [`turn`]: one buyer message from acceptance to reply; [`events`]: what watchers see live; [`webhook`]: what
//!   outside ticket systems hear; [`signature`]: that a token or an announcement is ours.

pub mod check_reply;
pub mod events;
mod incident;
pub mod openers;
pub mod packet;
pub mod picked;
pub mod priority;
pub mod signature;
pub mod state;
pub mod store;
pub mod turn;
pub mod unanswered;
pub mod webhook;

pub use state::{Move, State};
pub use store::{Store, StoreError};
