import java.util.*;
import java.util.function.*;
import java.util.stream.IntStream;

/**
 * When the bodies of the jobs of a batch began, had what they need, and were done; and what a lane says of that. Must not
 * know what a job does.
 */
final class Stamps implements Watch {
    private static final int MOST_KEPT = 64;
    private final long[][] times;
    private final int[] threads;

    Stamps(int jobs) {
        times = new long[Step.values().length][jobs];
        threads = new int[jobs];
    }

    @Override
    public void at(int job, Step step) {
        times[step.ordinal()][job] = System.nanoTime();
        if (step == Step.BEGUN) {
            threads[job] = Native.thread();
        }
    }

    private long time(int job, Step step) {
        return times[step.ordinal()][job];
    }

    Map<String, Object> summary(long start, boolean areTasks) {
        var latency = each(job -> time(job, Step.DONE) - time(job, Step.BEGUN));
        var response = each(job -> time(job, Step.DONE) - start);
        var held = each(job -> time(job, Step.DONE) - time(job, Step.READY));
        var tasks = Json.of("count", threads.length, "poll_p50_ns", quantiles(held).get("p50_ns"));
        return Json.of("in_flight_ns", Arrays.stream(latency).sum(), "latency", quantiles(latency), "response",
            quantiles(response), "tasks", areTasks ? tasks : null);
    }

    private long[] each(IntToLongFunction value) {
        return IntStream.range(0, threads.length).mapToLong(value).toArray();
    }

    /** By nearest rank. */
    private static Map<String, Object> quantiles(long[] times) {
        Arrays.sort(times);
        IntFunction<Long> rank = percent -> times[Math.max(1, (times.length * percent + 99) / 100) - 1];
        return Json.of("p50_ns", rank.apply(50), "p90_ns", rank.apply(90), "p99_ns", rank.apply(99), "max_ns",
            rank.apply(100));
    }

    /** At most 64 jobs, evenly chosen. Threads are numbered in the order in which they began one of these. */
    List<Map<String, Object>> timeline(long start, boolean waits) {
        int kept = Math.min(threads.length, MOST_KEPT);
        int last = threads.length - 1;
        var chosen = IntStream.range(0, kept).mapToObj(at -> at * last / Math.max(1, kept - 1)).toList();
        var workers = chosen.stream().sorted(Comparator.comparingLong(job -> time(job, Step.BEGUN)))
            .map(job -> threads[job]).distinct().toList();
        var rows = new ArrayList<Map<String, Object>>();
        for (int job : chosen) {
            long begun = time(job, Step.BEGUN) - start;
            var wait = List.of(begun, time(job, Step.READY) - start);
            rows.add(Json.of("job", job, "worker", workers.indexOf(threads[job]), "start_ns", begun,
                "end_ns", time(job, Step.DONE) - start, "waits_ns", waits ? List.of(wait) : List.of()));
        }
        return rows;
    }
}
