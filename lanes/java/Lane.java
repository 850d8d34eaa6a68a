import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.*;
import java.nio.*;
import java.util.*;
import java.util.stream.LongStream;
import java.util.zip.CRC32;

/**
 * A lane in Java: reads requests and writes replies as docs/LANES.md has them. The clock is read around one run of the
 * executor and nowhere else. Must not know what a job does.
 */
final class Lane {
    private static final int PROTOCOL = 1;
    private static final int MOST_SAMPLES = 1_000;
    private static final String RUNTIME = "Java " + System.getProperty("java.version");

    private Model model;
    private Batch batch;
    private Model.Runner executor;
    private long[] shown = {}; // the answers of a batch whose digest was new

    public static void main(String[] arguments) throws IOException {
        if (List.of(arguments).contains("--check")) {
            System.out.println(RUNTIME);
            return;
        }
        var lane = new Lane();
        var lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line; (line = lines.readLine()) != null; ) {
            try {
                System.out.println(Json.write(lane.answer(Json.object(line))));
            } catch (Throwable cause) { // of a thread that cannot be made, too
                var message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
                System.out.println(Json.write(Json.of("reply", "failed", "message", message)));
                System.exit(1);
            }
        }
        System.exit(0); // with all threads
    }

    private Map<String, Object> answer(Map<String, Object> asked) throws Exception {
        var what = String.valueOf(asked.get("do"));
        if (what.equals("open") != (batch == null)) {
            throw new IllegalStateException("cannot answer `" + what + "`: `open` comes first, and only once");
        }
        return switch (what) {
            case "open" -> open(asked);
            case "sample" -> sample(Json.number(asked, "times"));
            // Of worker processes: there are none.
            case "usage" -> Json.of("reply", "used", "usage", Native.used(new long[18], new long[18]));
            case "probe" -> probe();
            case "stand-still" -> standStill((String) asked.get("at"));
            case "answers" -> Json.of("reply", "answers", "answers", LongStream.of(shown).mapToObj(Lane::hex).toList());
            default -> throw new IllegalArgumentException("cannot answer `" + what + "`: this lane does not know it");
        };
    }

    private Map<String, Object> open(Map<String, Object> asked) throws Exception {
        model = Model.of((String) asked.get("executor"));
        var work = Work.of(asked);
        var protocol = Json.number(asked, "protocol");
        var refusal = protocol > PROTOCOL
            ? "this lane speaks version " + PROTOCOL + " of the lane protocol, and its driver version " + protocol
            : asked.get("cold") == Boolean.TRUE ? "the executors of this lane have no cold form"
            : model == null ? "this lane has no executor `" + asked.get("executor") + "`"
            : work == null ? "this lane has no workload `" + asked.get("workload") + "`" : null;
        if (refusal != null) {
            throw new IllegalArgumentException("cannot open `" + asked.get("cell") + "`: " + refusal);
        }
        System.setProperty("jdk.virtualThreadScheduler.parallelism", String.valueOf(asked.get("cores")));
        int jobs = (int) Json.number(asked, "jobs");
        int concurrency = model == Model.SEQUENTIAL ? 1 : Math.min((int) Json.number(asked, "concurrency"), jobs);
        batch = new Batch(work, jobs, concurrency);
        executor = model.open(batch, concurrency);
        int inFlight = model == Model.VIRTUAL ? jobs : concurrency;
        return Json.of("reply", "ready", "protocol", PROTOCOL, "language", "Java", "runtime", RUNTIME, "model",
            model.name, "in_flight", inFlight, "hash", "crc32", "keeps_connections", true, "warm_up_ms", 2_000);
    }

    private Map<String, Object> sample(long times) throws Exception {
        var samples = new ArrayList<Long>();
        var digests = new LinkedHashSet<String>();
        var before = Native.usage();
        long began = System.nanoTime();
        long total = 0;
        for (long time = 0; time < times; time++) {
            long start = System.nanoTime();
            var answers = executor.run(batch);
            long took = System.nanoTime() - start;
            total += took;
            if (samples.size() < MOST_SAMPLES) {
                samples.add(took);
            }
            if (digests.add(digest(answers))) {
                shown = answers;
            }
        }
        var usage = Native.used(before, Native.usage());
        // Between the batches this thread alone made digests: that cost is not theirs.
        long between = System.nanoTime() - began - total;
        usage.computeIfPresent("cpu_user_ns", (key, user) -> Math.max(0, (long) user - between));
        return Json.of("reply", "sampled", "count", times, "total_ns", total, "samples_ns", samples, "digests", digests,
            "usage", usage);
    }

    private Map<String, Object> probe() throws Exception {
        var stamps = new Stamps(batch.jobs);
        batch.watch = stamps;
        var before = Native.usage();
        long start = System.nanoTime();
        var answers = executor.run(batch);
        long wall = System.nanoTime() - start;
        var usage = Native.used(before, Native.usage());
        batch.watch = null;
        return Json.of("reply", "probed", "wall_ns", wall, "jobs", stamps.summary(start, model == Model.VIRTUAL),
            "timeline", Json.of("jobs", stamps.timeline(start, batch.waits())), "usage", usage,
            "digest", digest(answers));
    }

    private Map<String, Object> standStill(String name) throws Exception {
        try (var standstill = new Standstill(name)) {
            batch.watch = standstill;
            return Json.of("reply", "stood", "digest", digest(executor.run(batch)));
        } finally {
            batch.watch = null;
        }
    }

    private static String digest(long[] answers) {
        var bytes = ByteBuffer.allocate(8 * answers.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(answers);
        var crc = new CRC32();
        crc.update(bytes);
        return hex(crc.getValue());
    }

    private static String hex(long number) {
        return String.format("%016x", number);
    }
}
