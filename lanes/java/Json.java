import java.util.*;
import java.util.stream.Collectors;

/** JSON as far as the protocol needs it; Java's library has none. */
final class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(Object source) {
        return (Map<String, Object>) (source instanceof String text ? new Json(text).value() : source);
    }

    static long number(Map<String, Object> from, String key) {
        return from.get(key) instanceof Number number ? number.longValue() : 0;
    }

    /** An object of keys and values in turn. */
    static Map<String, Object> of(Object... pairs) {
        var object = new LinkedHashMap<String, Object>();
        for (int at = 0; at < pairs.length; at += 2) {
            object.put((String) pairs[at], pairs[at + 1]);
        }
        return object;
    }

    private Object value() {
        return switch (next()) {
            case '{' -> {
                var object = new LinkedHashMap<String, Object>();
                for (at++; next() != '}'; at += next() == ',' ? 1 : 0) {
                    var key = (String) value();
                    next(); // the colon
                    at++;
                    object.put(key, value());
                }
                at++;
                yield object;
            }
            case '[' -> {
                var list = new ArrayList<Object>();
                for (at++; next() != ']'; at += next() == ',' ? 1 : 0) {
                    list.add(value());
                }
                at++;
                yield list;
            }
            case '"' -> string();
            default -> word();
        };
    }

    private char next() {
        while (Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return text.charAt(at);
    }

    private String string() {
        var string = new StringBuilder();
        for (at++; text.charAt(at) != '"'; at++) {
            if (text.charAt(at) == '\\') {
                at++;
            }
            string.append(text.charAt(at)); // no string that this lane uses has escapes
        }
        at++;
        return string.toString();
    }

    private Object word() {
        int start = at;
        while (at < text.length() && ",]} \t".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        var word = text.substring(start, at);
        return switch (word) {
            case "null" -> null;
            case "true", "false" -> Boolean.valueOf(word);
            default -> Double.valueOf(word).longValue();
        };
    }

    static String write(Object value) {
        return switch (value) {
            case Map<?, ?> map -> map.entrySet().stream()
                .map(entry -> write(entry.getKey()) + ":" + write(entry.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
            case Collection<?> list -> list.stream().map(Json::write).collect(Collectors.joining(",", "[", "]"));
            case String string -> '"' + string.replaceAll("[\"\\\\]", "\\\\$0").replaceAll("\\p{Cntrl}", " ") + '"';
            case null, default -> String.valueOf(value);
        };
    }
}
