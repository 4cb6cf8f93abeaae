//! Builds a shop as it would be after a change, beside the live one.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::thresholds::settled;
use crate::answer::Engine;
use crate::embed::Encoder;
use crate::index::{IndexError, Snapshot, build};
use crate::knowledge::Shop;
use crate::pack;

/// An engine for a changed shop, with the thresholds that a rebuild would choose. Dropping it removes its folder.
pub struct Variant {
    /// The engine of the changed shop.
    pub engine: Engine,
    folder: PathBuf,
}

impl Drop for Variant {
    fn drop(&mut self) {
        // It is in the system's temporary folder, which is cleaned anyway.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Builds `shop` as a variant of the shop of `live`, as a rebuild at `now` would. Vectors of unchanged texts are
/// reused.
///
/// # Errors
/// [`IndexError`] if the temporary folder cannot be written.
pub fn variant(live: &Engine, shop: &Shop, now: Timestamp) -> Result<Variant, IndexError> {
    let plan = build::Plan {
        shop,
        inputs: "variant",
        packs: pack::built_in(),
        pack_vectors: live.packs,
        encoder: live.encoder,
        previous: Some(&live.snapshot),
        progress: &quiet,
    };
    built(&plan, live.encoder, |engine| {
        settled(engine, Some(live), now)
    })
}

/// Builds `shop` by its words alone, without the encoder. This takes a fraction of a second.
///
/// # Errors
/// [`IndexError`] if the temporary folder cannot be written.
pub fn by_words(shop: &Shop) -> Result<Variant, IndexError> {
    let plan = build::Plan {
        shop,
        inputs: "by words",
        packs: pack::built_in(),
        pack_vectors: None,
        encoder: None,
        previous: None,
        progress: &quiet,
    };
    built(&plan, None, |engine| engine)
}

fn quiet(_: usize, _: usize) {}

fn built(
    plan: &build::Plan,
    encoder: Option<&'static Encoder>,
    finish: impl FnOnce(Engine) -> Engine,
) -> Result<Variant, IndexError> {
    let folder = std::env::temp_dir().join(format!("zhike-variant-{}", uuid::Uuid::new_v4()));
    let opened = build::write(&folder, "variant", plan)
        .and_then(|manifest| Snapshot::load(&folder, manifest));
    match opened {
        Ok(snapshot) => Ok(Variant {
            engine: finish(Engine::new(Arc::new(snapshot), encoder)),
            folder,
        }),
        Err(error) => {
            let _ = std::fs::remove_dir_all(&folder);
            Err(error)
        }
    }
}
