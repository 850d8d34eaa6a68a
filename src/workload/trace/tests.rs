//! What jobs of a batch leave, in this process and in others.

use super::*;
use crate::workload::phase;

#[test]
fn stamps_are_left_only_while_they_are_wanted() {
    let trace = Trace::new(2);
    trace.observe(0, || ());
    trace.begin(Wanted::Stamps);
    trace.observe(1, || ());
    let spans = trace.end().spans;
    assert_eq!(spans.len(), 1, "job 0 ran before");
    assert_eq!(trace.wanted(), Wanted::Nothing);
    assert!(spans[0].is_sorted());
    trace.begin(Wanted::Stamps);
    assert!(trace.end().spans.is_empty(), "the earlier stamps are forgotten");
}

#[test]
fn more_is_kept_of_a_kept_job() {
    let trace = Trace::new(200);
    trace.begin(Wanted::Stamps);
    for job in [0, 1] {
        trace.hand(job);
        trace.observe(job, || phase::wait(|| ()));
    }
    let kept = trace.end().kept;
    let [Ran { job: 0, worker, handed_ns, start_ns, end_ns, waits_ns, .. }] = &kept[..] else {
        panic!("{kept:?} in place of job 0: job 1 is none of the 64, and no other ran")
    };
    assert_eq!(*worker, gettid().as_raw().unsigned_abs() as usize);
    let [[from, to]] = waits_ns[..] else { panic!("{waits_ns:?} in place of one wait") };
    let order = [*handed_ns, *start_ns, from, to, *end_ns];
    assert!(order.is_sorted(), "{order:?}");
    assert_eq!(trace.end().kept, [], "it was reported once");
}

#[test]
fn what_a_worker_process_saw_is_kept_as_if_it_were_seen_here() {
    let (answer, seen) = observe(|| phase::wait(|| 7));
    assert_eq!((answer, seen.waits_ns.len()), (7, 1));
    let trace = Trace::new(1);
    trace.begin(Wanted::Stamps);
    trace.record(0, 4_711, seen.clone());
    let (spans, kept) = (vec![[seen.start_ns, seen.end_ns]], vec![Ran { worker: 4_711, ..seen }]);
    assert_eq!(trace.end(), Traced { spans, kept, tasks: 0, longest: Vec::new() });
}

#[test]
fn jobs_that_share_a_task_and_a_job_that_holds_its_worker_are_seen() {
    const HOLD: Duration = Duration::from_millis(20);
    let trace = Arc::new(Trace::new(3));
    trace.begin(Wanted::Stamps);
    let job = |job: usize, blocks: bool| {
        let trace = Arc::clone(&trace);
        let body =
            async move { if blocks { std::thread::sleep(HOLD) } else { tokio::time::sleep(HOLD).await } };
        async move { trace.watch(job, Box::pin(body)).await }
    };
    let (one, two, three) = (job(0, false), job(1, true), job(2, false));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(async {
        let both = tokio::spawn(async { (one.await, two.await) });
        tokio::spawn(three).await.expect("no panic");
        both.await.expect("no panic");
    });
    let Traced { spans, tasks, mut longest, .. } = trace.end();
    longest.sort_unstable();
    assert_eq!((spans.len(), tasks), (3, 2));
    assert!(longest[0] < HOLD && longest[2] >= HOLD, "{longest:?}");
}
