import java.util.List;
import java.util.concurrent.*;
import java.util.stream.IntStream;

/** The jobs of a cell, and the slots that they wait with. Must not know executors. */
final class Batch {
    final int jobs;
    final List<Callable<Long>> tasks;
    volatile Watch watch;
    private final Work work;
    private final BlockingQueue<Work.Wait> free;

    Batch(Work work, int jobs, int concurrency) throws Exception {
        this.work = work;
        this.jobs = jobs;
        free = work.slots() == null ? null : new ArrayBlockingQueue<>(concurrency);
        if (free != null) {
            free.addAll(work.slots().open(concurrency));
        }
        tasks = IntStream.range(0, jobs).mapToObj(job -> (Callable<Long>) () -> run(job)).toList();
    }

    boolean waits() {
        return free != null || work.alone() != null;
    }

    /** A job from its beginning to its answer. */
    long run(int job) throws Exception {
        var got = get(job);
        tell(job, Watch.Step.READY);
        long answer = work.compute().answer(job, got);
        tell(job, Watch.Step.DONE);
        return answer;
    }

    /** What the job waits for, with a slot if there are any. */
    private byte[] get(int job) throws Exception {
        var wait = free == null ? work.alone() : free.take();
        try {
            tell(job, Watch.Step.BEGUN);
            return wait == null ? null : wait.get(job);
        } finally {
            if (free != null) {
                free.add(wait);
            }
        }
    }

    private void tell(int job, Watch.Step step) throws InterruptedException {
        if (watch != null) {
            watch.at(job, step);
        }
    }
}
