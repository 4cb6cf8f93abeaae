//! `zhike index` killed at any moment: the old or the new snapshot is live and whole, never neither.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use zhike::answer::decide::answer;

use super::live::zhike;
use super::replaying::Dice;
use super::{GOOD, Place, SHOP, question, small};

/// Rebuilds killed.
const KILLS: usize = 24;

/// The answer of a shop's `round`th state.
fn answer_of(round: usize) -> String {
    format!("付款后{round}小时内发出")
}

fn write(place: &Place, round: usize) {
    place.write(
        "s/faq/a.csv",
        &small([&answer_of(round), GOOD[1], GOOD[2], GOOD[3]]).0,
    );
}

#[test]
fn a_killed_rebuild_leaves_the_old_or_the_new_snapshot() {
    let place = Place::new();
    place.write("s/shop.toml", SHOP);
    write(&place, 1);
    place.publish("s");
    // How long a rebuild takes here and now: kills are spread over it, more of them towards its end, where it
    // publishes.
    write(&place, 2);
    let start = Instant::now();
    assert!(zhike(&place, &["index", "s"]).status.success());
    let whole = start.elapsed();
    let catalog = place.catalog("s");
    let mut live = 2;
    let (mut kept, mut moved) = (0, 0);
    let mut dice = Dice(0xdead);
    for round in 3..3 + KILLS {
        write(&place, round);
        let mut child = Command::new(env!("CARGO_BIN_EXE_zhike"))
            .args(["--lexical", "--quiet", "--knowledge"])
            .arg(&place.knowledge)
            .arg("--index")
            .arg(&place.index)
            .args(["index", "s"])
            .current_dir(&place.index)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let share = match round % 2 {
            0 => dice.roll(1000),
            _ => 700 + dice.roll(400),
        };
        let moment = Instant::now() + whole * u32::try_from(share).unwrap() / 1000;
        while Instant::now() < moment && child.try_wait().unwrap().is_none() {
            std::thread::park_timeout(Duration::from_micros(500));
        }
        // SIGKILL: nothing of it runs any more.
        let _ = child.kill();
        child.wait().unwrap();

        let snapshot = catalog
            .open_current()
            .unwrap_or_else(|error| panic!("round {round}, killed at {share} ‰: {error}"));
        let engine = zhike::answer::Engine::new(snapshot.into(), None);
        let said = answer(&engine, &question("什么时候发货")).reply;
        match said {
            said if said == answer_of(round) => {
                (live, moved) = (round, moved + 1);
            }
            said => {
                assert_eq!(said, answer_of(live), "round {round}, killed at {share} ‰");
                kept += 1;
            }
        }
        // Every snapshot that is listed is whole.
        for manifest in catalog.list() {
            catalog
                .open(&manifest.id)
                .unwrap_or_else(|error| panic!("round {round}: {error}"));
        }
    }
    println!("{KILLS} kills: {kept} kept the old snapshot, {moved} had the new one");
    assert!(kept > 0, "no kill came in time");
    // And nothing stands in the way of the next rebuild.
    let output = zhike(&place, &["index", "s"]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(
        answer(&place.engine("s"), &question("什么时候发货")).reply,
        answer_of(2 + KILLS)
    );
    assert!(!catalog.building().exists());
}

#[test]
fn the_same_input_gives_the_same_snapshot() {
    let manifests: Vec<_> = (0..2)
        .map(|_| {
            let place = Place::with_sample("zhiju");
            place.publish("zhiju");
            let again = zhike(&place, &["--json", "index", "zhiju"]);
            assert!(again.status.success());
            let said: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
            assert_eq!(said["status"], "unchanged");
            let manifests = place.catalog("zhiju").list();
            assert_eq!(manifests.len(), 1, "nothing changed, nothing new");
            manifests.into_iter().next().unwrap()
        })
        .collect();
    let [one, two] = &manifests[..] else {
        unreachable!()
    };
    assert_eq!((&one.id, &one.content), (&two.id, &two.content));
    // tantivy names its files at random; all that zhike writes itself is the same to the byte.
    let own = |manifest: &zhike::index::snapshot::Manifest| {
        let mut files = manifest.files.clone();
        files.retain(|name, _| !name.starts_with("index/"));
        files
    };
    assert!(own(one).len() >= 4, "{:?}", one.files);
    assert_eq!(own(one), own(two));
}
