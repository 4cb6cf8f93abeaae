//! Callers who go away in the middle.

use std::pin::pin;
use std::task::Poll;

use super::*;

/// Lets `act` go on until it has waited so many times, then drops it, as a server does with the request of a caller who
/// hung up. Whether it came to its end before.
async fn hung_up(act: impl Future<Output = ()>, times: usize) -> bool {
    let mut act = pin!(act);
    let mut waited = 0;
    std::future::poll_fn(|context| {
        if waited == times {
            return Poll::Ready(false);
        }
        waited += 1;
        act.as_mut().poll(context).map(|()| true)
    })
    .await
}

/// Whenever the caller hangs up, also while the change is being committed: what is stored is told.
#[tokio::test]
async fn what_is_stored_is_told_though_its_caller_hung_up() {
    let (_folder, store, talk) = store().await;
    let mut all = store.live(SHOP, None);
    let mut last = store.last_event(SHOP).await.expect("a number");
    for times in 1.. {
        let words = format!("第{times}问");
        let said = verdict(None, &words);
        let act = async {
            let turn = turn(&talk, None, &words);
            let recorded = store.record_turn(turn, Some(&said), at(1)).await;
            recorded.expect("recorded");
        };
        let ended = hung_up(act, times).await;
        // Its events come behind those of whatever the caller left under way.
        say(&store, &talk, None, "在吗", None, 2).await;
        let head = store.last_event(SHOP).await.expect("a number");
        while last < head {
            match all.recv().await.expect("open") {
                Told::Event(event) => {
                    assert_eq!(event.seq, last + 1, "hung up after {times}");
                    last = event.seq;
                }
                Told::Until(seq) => panic!("nobody else wrote up to {seq}"),
            }
        }
        if ended {
            break;
        }
    }
}
