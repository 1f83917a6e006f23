package dev.interlock.spring.aop;

import dev.interlock.LockManager;
import java.util.List;
import org.springframework.beans.factory.annotation.Autowired;

/** A bean whose methods answer with what is held while they run. */
abstract class LockedBean {

    @Autowired
    private LockManager locks;

    List<String> held() {
        return Holds.all(locks);
    }
}
