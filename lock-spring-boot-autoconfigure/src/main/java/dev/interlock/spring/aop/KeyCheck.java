package dev.interlock.spring.aop;

import dev.interlock.spring.autoconfigure.LockConfigurationException;
import java.util.Set;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.ConstructorReference;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.InlineMap;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.VariableReference;

/** Looks through a key expression for what no call could make sense of. */
final class KeyCheck {

    private static final Set<String> VARIABLES = Set.of("root", "this");
    private static final Set<String> PROPERTIES = Set.of("method", "methodName", "target", "targetClass", "args");

    private final String key;
    private final MethodParameters parameters;
    private final String where;
    private boolean calls;

    KeyCheck(String key, MethodParameters parameters, String where) {
        this.key = key;
        this.parameters = parameters;
        this.where = where;
    }

    void check(SpelNode expression) {
        check(expression, true, true);
    }

    /** Whether something is called in what has been checked. */
    boolean calls() {
        return calls;
    }

    /**
     * Checks a part.
     *
     * @param ofRoot whether names that stand alone belong to the root, and not to the elements of a collection
     * @param alone whether it stands alone, and does not go on with what comes before
     */
    private void check(SpelNode part, boolean ofRoot, boolean alone) {
        if (part instanceof VariableReference variable) {
            checkVariable(variable.toStringAST().substring(1));
        } else if (part instanceof FunctionReference) {
            throw function(part.toStringAST());
        } else if (ofRoot && alone) {
            checkName(part);
        }
        calls |= part instanceof MethodReference || part instanceof ConstructorReference;
        boolean still = ofRoot && !(part instanceof Projection || part instanceof Selection);
        for (int i = 0; i < part.getChildCount(); i++) {
            check(part.getChild(i), still, standsAlone(part, i, alone));
        }
    }

    private static boolean standsAlone(SpelNode part, int child, boolean alone) {
        if (part instanceof CompoundExpression) {
            return child == 0 && alone;
        }
        boolean names = part instanceof Indexer && part.getChild(child) instanceof PropertyOrFieldReference;
        return !names && !(part instanceof InlineMap);
    }

    private void checkVariable(String name) {
        if (!VARIABLES.contains(name) && parameters.indexOf(name) < 0) {
            throw unknown(name);
        }
    }

    private void checkName(SpelNode part) {
        if (part instanceof PropertyOrFieldReference property && !PROPERTIES.contains(property.getName())) {
            throw new LockConfigurationException(
                    "The key '" + key + "' of " + where + " speaks of " + property.getName()
                            + " without saying whose it is",
                    "Write #" + property.getName() + " for the parameter, or '" + property.getName()
                            + "' in quotes for the text.");
        }
        if (part instanceof MethodReference method) {
            throw new LockConfigurationException(
                    "The key '" + key + "' of " + where + " calls " + method.getName() + " without saying whose it is",
                    "Write #root.target." + method.getName() + "(…) for a method of the bean.");
        }
    }

    private LockConfigurationException function(String called) {
        return new LockConfigurationException(
                "The key '" + key + "' of " + where + " calls a function, " + called + ", and there are none",
                "Call a method of an argument, or of a bean, as in @keys.of(#order).");
    }

    private LockConfigurationException unknown(String name) {
        if (!parameters.areNamed()) {
            return new LockConfigurationException(
                    "The key '" + key + "' of " + where + " speaks of #" + name
                            + ", but the class was compiled without the names of its parameters",
                    "Compile with -parameters, or write #p0, #p1 and so on.");
        }
        return new LockConfigurationException(
                "The key '" + key + "' of " + where + " speaks of #" + name + ", which is no parameter: "
                        + parameters.describe(),
                "Use the name of a parameter, or #root.");
    }
}
