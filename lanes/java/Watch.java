/** What an observer is told of a job; nothing while the batch is timed. */
interface Watch {
    enum Step { BEGUN, READY, DONE }

    void at(int job, Step step) throws InterruptedException;
}
