//! What is kept of conversations: who owns them, what was said and decided, tickets and what people do with them.
//!
//! * [`state`]: who owns a talk, and which moves are legal. Pure.
//! * [`openers`]: the questions offered to a buyer; `picked`: which option a buyer's words pick. Pure.
//! * [`priority`], [`packet`], [`unanswered`], [`check_reply`]: what the desk computes; `incident`: whether harm was
//!   done or is only asked about. Pure.
//! * [`store`]: the only SQL.
//! * [`turn`]: one buyer message from acceptance to reply; [`events`]: the live events of watchers; [`webhook`]:
//!   announcements to outside ticket systems; [`signature`]: signs tokens and announcements.

pub mod check_reply;
pub mod events;
mod incident;
pub mod openers;
pub mod packet;
mod picked;
pub mod priority;
pub mod signature;
pub mod state;
pub mod store;
pub mod turn;
pub mod unanswered;
pub mod webhook;

pub use state::{Move, State};
pub use store::{Store, StoreError};
