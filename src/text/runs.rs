//! Remembers the segmentation of runs of Han characters.

use std::collections::HashMap;

use super::segment::{Kind, Piece};

/// Cache of segmented runs of Han characters: merchants write 节假日顺延 in a thousand answers. It is used only where many
/// texts are segmented, as in a build. [`Runs::default`] remembers nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct Runs {
    /// The most runs remembered; beyond it all are dropped. 0 remembers none.
    most: usize,
    /// Run → range of its pieces in `pieces`.
    known: HashMap<Box<str>, (u32, u32)>,
    /// The pieces of all runs, as offsets within the run.
    pieces: Vec<(u16, u16)>,
}

impl Runs {
    /// The longest run remembered, in bytes. Longer ones seldom repeat.
    const LONGEST: usize = 90;

    /// Remembers up to `most` runs (about 100 bytes each).
    pub(super) fn remembering(most: usize) -> Runs {
        Runs {
            most,
            ..Runs::default()
        }
    }

    /// Appends the pieces of a known run at byte `offset`. `false` if the run is not known.
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
            // A run has at most `LONGEST` bytes, so the offsets fit.
            ((piece.start - offset) as u16, (piece.end - offset) as u16)
        };
        self.pieces.extend(pieces.iter().map(own));
        self.known
            .insert(run.into(), (from, self.pieces.len() as u32));
    }
}
