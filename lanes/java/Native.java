import static java.lang.foreign.ValueLayout.*;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.*;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.function.IntToLongFunction;

/** What Java's library has no way to: the system's own account, and sockets in the abstract namespace. */
final class Native {
    private static final MethodHandle GETTID = function("gettid");
    private static final MethodHandle GETRUSAGE = function("getrusage", JAVA_INT, ADDRESS);
    private static final MethodHandle SOCKET = function("socket", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle CONNECT = function("connect", JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle READ = function("read", JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle WRITE = function("write", JAVA_INT, ADDRESS, JAVA_LONG);
    private static final MethodHandle CLOSE = function("close", JAVA_INT);
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;

    private Native() {}

    private static MethodHandle function(String name, MemoryLayout... arguments) {
        var linker = Linker.nativeLinker();
        var address = linker.defaultLookup().find(name).orElseThrow();
        return linker.downcallHandle(address, FunctionDescriptor.of(JAVA_INT, arguments));
    }

    private static int call(MethodHandle function, Object... arguments) {
        try {
            return (int) function.invokeWithArguments(arguments);
        } catch (Throwable cause) {
            throw new IllegalStateException("cannot call a function of the system: " + cause, cause);
        }
    }

    /** The system's number of the thread that runs the caller; of a virtual thread, that of its carrier. */
    static int thread() {
        return call(GETTID);
    }

    /** What this process used, with all its threads: `struct rusage` as a row of numbers. */
    static long[] usage() {
        try (var arena = Arena.ofConfined()) {
            var usage = arena.allocate(JAVA_LONG, 18);
            call(GETRUSAGE, 0, usage);
            return usage.toArray(JAVA_LONG);
        }
    }

    /** What was used between two such rows. */
    static Map<String, Object> used(long[] before, long[] after) {
        IntToLongFunction count = at -> after[at] - before[at];
        IntToLongFunction nanos = at -> 1_000_000_000 * count.applyAsLong(at) + 1_000 * count.applyAsLong(at + 1);
        return Json.of("cpu_user_ns", nanos.applyAsLong(0), "cpu_sys_ns", nanos.applyAsLong(2),
            "switches_voluntary", count.applyAsLong(16), "switches_involuntary", count.applyAsLong(17),
            "faults_minor", count.applyAsLong(8), "faults_major", count.applyAsLong(9));
    }

    /** A stream to the abstract socket of that name, or -1. */
    static int connect(String name) {
        try (var arena = Arena.ofConfined()) {
            var text = name.getBytes(UTF_8);
            var address = arena.allocate(3 + text.length, 8); // the family, a zero, the name
            address.set(JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(text, 0, address, JAVA_BYTE, 3, text.length);
            int stream = call(SOCKET, AF_UNIX, SOCK_STREAM, 0);
            if (call(CONNECT, stream, address, (int) address.byteSize()) == 0) {
                return stream;
            }
            close(stream);
            return -1;
        }
    }

    static void writeByte(int stream) {
        try (var arena = Arena.ofConfined()) {
            call(WRITE, stream, arena.allocate(1), 1L);
        }
    }

    /** Waits for the end of the stream. */
    static void awaitEnd(int stream) {
        try (var arena = Arena.ofConfined()) {
            call(READ, stream, arena.allocate(1), 1L);
        }
    }

    static void close(int stream) {
        call(CLOSE, stream);
    }
}
