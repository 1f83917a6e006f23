package dev.interlock.spring.actuate;

import dev.interlock.optimistic.OperationTree;
import java.util.ArrayList;
import java.util.List;

/** Describes trees of operations as far as there is room: so many operations in all. */
final class OperationGrove {

    private int room;

    OperationGrove(int room) {
        this.room = room;
    }

    /** The tree and all that is below it. */
    static List<OperationTree> flat(OperationTree tree) {
        List<OperationTree> all = new ArrayList<>(List.of(tree));
        for (int i = 0; i < all.size(); i++) {
            all.addAll(all.get(i).children());
        }
        return all;
    }

    List<OperationDescriptor> describe(List<OperationTree> trees) {
        List<OperationDescriptor> described = new ArrayList<>();
        for (OperationTree each : trees) {
            if (room == 0) {
                break;
            }
            room--;
            List<OperationDescriptor> children = describe(each.children());
            described.add(OperationDescriptor.of(
                    each.operation(), children, each.children().size() - children.size()));
        }
        return described;
    }
}
