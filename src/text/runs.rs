//! The cuts of runs of Han characters, remembered.

use std::collections::HashMap;

use super::segment::{Kind, Piece};

/// Cuts of runs of Han characters that were met before: merchants say 节假日顺延 in a thousand answers. Only where many
/// texts are cut, as when an index is built; [`Runs::default`] remembers nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Runs {
    /// The most runs remembered before all are forgotten; 0: none at all.
    most: usize,
    /// Run → its pieces in `pieces`, from and until.
    known: HashMap<Box<str>, (u32, u32)>,
    /// Pieces of all runs, their offsets within the run.
    pieces: Vec<(u16, u16)>,
}

impl Runs {
    /// Longest run remembered, in bytes: longer ones seldom come again.
    const LONGEST: usize = 90;

    /// Remembers up to `most` runs (about 100 bytes each).
    pub(super) fn remembering(most: usize) -> Runs {
        Runs {
            most,
            ..Runs::default()
        }
    }

    /// Appends the pieces of a run that was met before, at byte `offset`. `false`: it was not.
    pub(super) fn recall(&self, run: &str, offset: usize, out: &mut Vec<Piece>) -> bool {
        if self.most == 0 || run.len() > Runs::LONGEST {
            return false;
        }
        let Some(&(from, until)) = self.known.get(run) else {
            return false;
        };
        let pieces = &self.pieces[from as usize..until as usize];
        out.extend(pieces.iter().map(|&(start, end)| Piece {
            start: offset + usize::from(start),
            end: offset + usize::from(end),
            kind: Kind::Word,
        }));
        true
    }

    /// Remembers the pieces of a run at byte `offset`.
    pub(super) fn note(&mut self, run: &str, offset: usize, pieces: &[Piece]) {
        if self.most == 0 || run.len() > Runs::LONGEST {
            return;
        }
        if self.known.len() >= self.most {
            self.known.clear();
            self.pieces.clear();
        }
        let from = self.pieces.len() as u32;
        let own = |piece: &Piece| {
            // Within a run of at most LONGEST bytes.
            ((piece.start - offset) as u16, (piece.end - offset) as u16)
        };
        self.pieces.extend(pieces.iter().map(own));
        self.known
            .insert(run.into(), (from, self.pieces.len() as u32));
    }
}
