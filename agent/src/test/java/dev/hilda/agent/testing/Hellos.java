// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.testing;

import dev.hilda.agent.protocol.CrashRecord;
import dev.hilda.agent.protocol.Hello;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.function.Function;

/** Hellos that differ from another in one field. */
public final class Hellos {
    private Hellos() {}

    /** The hello with one component, given as text, changed. */
    public static Hello with(Hello hello, String field, String value) {
        return with(hello, field, type -> parse(type, value));
    }

    /** The hello of a board whose firmware has crashed. */
    public static Hello with(Hello hello, CrashRecord crash) {
        return with(hello, "crash", type -> crash);
    }

    private static Hello with(Hello hello, String field, Function<Class<?>, Object> value) {
        try {
            RecordComponent[] components = Hello.class.getRecordComponents();
            Object[] values = new Object[components.length];
            for (int index = 0; index < components.length; index++) {
                RecordComponent component = components[index];
                values[index] = component.getName().equals(field)
                        ? value.apply(component.getType())
                        : component.getAccessor().invoke(hello);
            }
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            return Hello.class.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("Hello." + field, e);
        }
    }

    private static Object parse(Class<?> type, String value) {
        if (type == int.class) {
            return Integer.decode(value);
        }
        if (type == long.class) {
            return Long.decode(value);
        }
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .filter(constant -> constant.toString().equals(value))
                    .findFirst()
                    .orElseThrow();
        }
        return value;
    }
}
