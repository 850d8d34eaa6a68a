import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.*;
import java.net.*;
import java.util.*;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;

/**
 * The two ways to GET: {@code HttpURLConnection}, and a plain socket. Both demand status 200 and a content-length. Must not
 * know what the bytes mean.
 */
final class Clients {
    private Clients() {}

    /** That number of slots, made one after another. */
    static List<Work.Wait> each(int count, Callable<Work.Wait> make) throws Exception {
        var slots = new ArrayList<Work.Wait>();
        while (slots.size() < count) {
            slots.add(make.call());
        }
        return slots;
    }

    /**
     * Java's blocking client keeps connections by itself: as many as these properties say. In the warm-up no answer is
     * read before all have come, so that each has a connection of its own.
     */
    static List<Work.Wait> http(int count, String server, IntFunction<String> path) throws Exception {
        System.setProperty("http.maxConnections", String.valueOf(count));
        System.setProperty("http.keepAlive.time.server", "1000000"); // seconds
        var answers = new ArrayList<HttpURLConnection>();
        while (answers.size() < count) {
            answers.add(ask("http://" + server + "/get?key=0&delay_ns=0&bytes=1"));
        }
        for (var answer : answers) {
            body(answer);
        }
        return each(count, () -> job -> body(ask("http://" + server + path.apply(job))));
    }

    /** Sends a GET and waits for the head of its answer. */
    private static HttpURLConnection ask(String url) throws IOException {
        var answer = (HttpURLConnection) URI.create(url).toURL().openConnection(Proxy.NO_PROXY);
        answer.setInstanceFollowRedirects(false);
        try {
            check(answer.getResponseCode(), answer.getContentLengthLong());
        } catch (IOException cause) {
            throw failed(url, cause);
        }
        return answer;
    }

    private static byte[] body(HttpURLConnection answer) throws IOException {
        try (var stream = answer.getInputStream()) {
            return whole(stream, answer.getContentLength());
        } catch (IOException cause) {
            throw failed(answer.getURL(), cause);
        }
    }

    /** Slots with a plain socket each. */
    static List<Work.Wait> sockets(int count, String server, IntFunction<String> path) throws Exception {
        var address = URI.create("tcp://" + server);
        var to = new InetSocketAddress(address.getHost(), address.getPort());
        return each(count, () -> {
            var socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.connect(to);
            } catch (IOException cause) {
                throw new IOException("cannot connect to `" + server + "`: " + cause.getMessage(), cause);
            }
            var received = new BufferedInputStream(socket.getInputStream());
            exchange(socket, received, server, "/get?key=0&delay_ns=0&bytes=0");
            return job -> exchange(socket, received, server, path.apply(job));
        });
    }

    private static byte[] exchange(Socket to, InputStream from, String server, String path) throws IOException {
        try {
            var request = "GET " + path + " HTTP/1.1\r\nhost: " + server + "\r\n\r\n";
            to.getOutputStream().write(request.getBytes(US_ASCII));
            var status = line(from).split(" ")[1];
            int length = -1;
            for (String line; !(line = line(from).toLowerCase()).isEmpty(); ) {
                length = line.startsWith("content-length:") ? Integer.parseInt(line.substring(15).strip()) : length;
            }
            check(Integer.parseInt(status), length);
            return whole(from, length);
        } catch (IOException cause) {
            throw failed("http://" + server + path, cause);
        }
    }

    private static String line(InputStream from) throws IOException {
        var line = new StringBuilder();
        for (int next; (next = from.read()) != '\n'; line.append((char) next)) {
            if (next < 0) {
                throw new IOException("the server closed the connection");
            }
        }
        return line.toString().strip();
    }

    private static void check(int status, long length) throws IOException {
        if (status != HttpURLConnection.HTTP_OK) {
            throw new IOException("answered with status " + status);
        }
        if (length < 0) {
            throw new IOException("answered without a content-length");
        }
    }

    private static byte[] whole(InputStream from, int length) throws IOException {
        var body = from.readNBytes(length);
        if (body.length < length) {
            throw new IOException("answered with " + body.length + " bytes in place of " + length);
        }
        return body;
    }

    private static IOException failed(Object url, IOException cause) {
        return new IOException("cannot GET `" + url + "`: " + cause.getMessage(), cause);
    }
}
