import java.util.List;
import java.util.concurrent.*;

/** The executors, each in its shortest form. Must not know what a job does. */
enum Model {
    SEQUENTIAL("java-sequential", "main thread") {
        @Override
        Runner open(Batch all, int concurrency) {
            return batch -> {
                var answers = new long[batch.jobs];
                for (int job = 0; job < answers.length; job++) {
                    answers[job] = batch.run(job);
                }
                return answers;
            };
        }
    },
    THREADS("java-threads", "OS thread") {
        @Override
        Runner open(Batch all, int concurrency) {
            var pool = (ThreadPoolExecutor) Executors.newFixedThreadPool(concurrency);
            pool.prestartAllCoreThreads();
            return batch -> answers(pool.invokeAll(batch.tasks));
        }
    },
    VIRTUAL("java-virtual", "async task") {
        @Override
        Runner open(Batch all, int concurrency) {
            return batch -> {
                try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                    return answers(threads.invokeAll(batch.tasks));
                }
            };
        }
    };

    final String id;
    final String name;

    Model(String id, String name) {
        this.id = id;
        this.name = name;
    }

    /** Makes what is warm. */
    abstract Runner open(Batch batch, int concurrency);

    static Model of(String id) {
        return List.of(values()).stream().filter(model -> model.id.equals(id)).findFirst().orElse(null);
    }

    /** Does every job of a batch once; the clock runs around that. */
    interface Runner {
        long[] run(Batch batch) throws Exception;
    }

    private static long[] answers(List<Future<Long>> futures) throws Exception {
        var answers = new long[futures.size()];
        for (int job = 0; job < answers.length; job++) {
            try {
                answers[job] = futures.get(job).get();
            } catch (ExecutionException failed) {
                throw failed.getCause() instanceof Exception cause ? cause : failed;
            }
        }
        return answers;
    }
}
