import java.util.concurrent.CountDownLatch;

/** A job that has what it needs writes a byte, and goes on when the stream ends or there is none. */
final class Standstill implements Watch, AutoCloseable {
    private final int stream;
    private final CountDownLatch over = new CountDownLatch(1);

    Standstill(String name) {
        stream = Native.connect(name);
        if (stream < 0) {
            over.countDown();
            return;
        }
        // A thread of its own waits: a virtual thread that waited in a function of the system would hold its carrier.
        Thread.ofPlatform().daemon().start(() -> {
            Native.awaitEnd(stream);
            over.countDown();
        });
    }

    @Override
    public void at(int job, Step step) throws InterruptedException {
        if (step == Step.READY && stream >= 0) {
            Native.writeByte(stream);
            over.await();
        }
    }

    @Override
    public void close() {
        if (stream >= 0) {
            Native.close(stream);
        }
    }
}
