package dev.interlock.spring.aop;

import dev.interlock.spring.autoconfigure.LockConfigurationException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.expression.BeanResolver;
import org.springframework.expression.ConstructorResolver;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.IndexAccessor;
import org.springframework.expression.MethodResolver;
import org.springframework.expression.OperatorOverloader;
import org.springframework.expression.ParseException;
import org.springframework.expression.PropertyAccessor;
import org.springframework.expression.TypeComparator;
import org.springframework.expression.TypeConverter;
import org.springframework.expression.TypeLocator;
import org.springframework.expression.TypedValue;
import org.springframework.expression.spel.SpelCompilerMode;
import org.springframework.expression.spel.SpelParserConfiguration;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.MapAccessor;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/**
 * Reads key expressions. One that is just an argument is no expression at run time; any other is parsed once, compiled when it has
 * run often enough and calls nothing, and finds the arguments in the call itself rather than in a context that is filled for each call.
 */
final class SpelKeys {

    private static final Pattern ARGUMENT = Pattern.compile("\\s*#(\\w+)\\s*");

    private final SpelExpressionParser interpreting =
            new SpelExpressionParser(new SpelParserConfiguration(SpelCompilerMode.OFF, null));
    private final SpelExpressionParser compiling;
    private final StandardEvaluationContext common = new StandardEvaluationContext();

    SpelKeys(@Nullable BeanFactory beans, @Nullable ClassLoader classes) {
        compiling = new SpelExpressionParser(new SpelParserConfiguration(SpelCompilerMode.MIXED, classes));
        common.addPropertyAccessor(new MapAccessor(false));
        if (beans != null) {
            common.setBeanResolver(new BeanFactoryResolver(beans));
        }
    }

    /**
     * Reads the text.
     *
     * @param annotated the method on which the annotation stands, if it stands on one
     * @param method the method that is called
     */
    KeyExpression read(String text, Method annotated, Method method, String where) {
        MethodParameters parameters = new MethodParameters(annotated, method);
        Matcher argument = ARGUMENT.matcher(text);
        int index = argument.matches() ? parameters.indexOf(argument.group(1)) : -1;
        if (index >= 0) {
            return new KeyExpression.Argument(index);
        }
        SpelExpression expression = parse(interpreting, text, where);
        KeyCheck check = new KeyCheck(text, parameters, where);
        check.check(expression.getAST());
        // what was compiled is evaluated once more when it fails, and nothing should be called twice
        return new Spel(check.calls() ? expression : parse(compiling, text, where), method, parameters, common);
    }

    private static SpelExpression parse(SpelExpressionParser parser, String text, String where) {
        try {
            return parser.parseRaw(text);
        } catch (ParseException | IllegalStateException | IllegalArgumentException e) {
            throw new LockConfigurationException(
                    "The key '" + text + "' of " + where + " is no expression: " + e.getMessage(),
                    "Write the key in SpEL, such as #id or #order.customer.id; a fixed text belongs into the value, or in quotes.",
                    e);
        }
    }

    private record Spel(
            SpelExpression expression, Method method, MethodParameters parameters, StandardEvaluationContext common)
            implements KeyExpression {
        @Override
        public @Nullable Object of(Object target, @Nullable Object[] arguments) {
            return expression.getValue(new CallContext(this, target, arguments));
        }
    }

    /** What {@code #root} is. */
    @SuppressWarnings("unused") // by expressions
    static final class Root {

        private final Method method;
        private final Object target;
        private final @Nullable Object[] args;

        Root(Method method, Object target, @Nullable Object[] args) {
            this.method = method;
            this.target = target;
            this.args = args;
        }

        public Method getMethod() {
            return method;
        }

        public String getMethodName() {
            return method.getName();
        }

        public Object getTarget() {
            return target;
        }

        public Class<?> getTargetClass() {
            return target.getClass();
        }

        public @Nullable Object[] getArgs() {
            return args;
        }
    }

    /** All that one call's evaluation needs beyond what all calls have in common. */
    private static final class CallContext implements EvaluationContext {

        private final Spel spel;
        private final Object target;
        private final @Nullable Object[] arguments;

        CallContext(Spel spel, Object target, @Nullable Object[] arguments) {
            this.spel = spel;
            this.target = target;
            this.arguments = arguments;
        }

        @Override
        public TypedValue getRootObject() {
            return new TypedValue(new Root(spel.method, target, arguments));
        }

        @Override
        public @Nullable Object lookupVariable(String name) {
            int index = spel.parameters.indexOf(name);
            return index < 0 ? null : arguments[index];
        }

        @Override
        public void setVariable(String name, @Nullable Object value) {
            throw new IllegalStateException("a key expression sets no variables, but this one sets #" + name);
        }

        @Override
        public boolean isAssignmentEnabled() {
            return false;
        }

        @Override
        public List<PropertyAccessor> getPropertyAccessors() {
            return spel.common.getPropertyAccessors();
        }

        @Override
        public List<IndexAccessor> getIndexAccessors() {
            return spel.common.getIndexAccessors();
        }

        @Override
        public List<ConstructorResolver> getConstructorResolvers() {
            return spel.common.getConstructorResolvers();
        }

        @Override
        public List<MethodResolver> getMethodResolvers() {
            return spel.common.getMethodResolvers();
        }

        @Override
        public @Nullable BeanResolver getBeanResolver() {
            return spel.common.getBeanResolver();
        }

        @Override
        public TypeLocator getTypeLocator() {
            return spel.common.getTypeLocator();
        }

        @Override
        public TypeConverter getTypeConverter() {
            return spel.common.getTypeConverter();
        }

        @Override
        public TypeComparator getTypeComparator() {
            return spel.common.getTypeComparator();
        }

        @Override
        public OperatorOverloader getOperatorOverloader() {
            return spel.common.getOperatorOverloader();
        }
    }
}
