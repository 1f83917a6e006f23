package dev.interlock.sample;

import dev.interlock.LockException;
import dev.interlock.LockLimitException;
import dev.interlock.LockLostException;
import dev.interlock.LockTimeoutException;
import dev.interlock.OptimisticConflictException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Tells a client why it could not have its turn. */
@RestControllerAdvice
class LockProblems {

    /** The same request may succeed later. */
    @ExceptionHandler
    ProblemDetail tooLate(LockTimeoutException timeout) {
        return problem(HttpStatus.CONFLICT, "Somebody else is at it", timeout);
    }

    /** Nothing has been stored; whether it is worth another try, the message says. */
    @ExceptionHandler({OptimisticConflictException.class, OptimisticLockingFailureException.class})
    ProblemDetail tooSlow(RuntimeException conflict) {
        return problem(HttpStatus.CONFLICT, "Somebody else came first", conflict);
    }

    /** It had its turn, but not to the end: what it did under the lock may no longer be true. */
    @ExceptionHandler
    ProblemDetail takenAway(LockLostException lost) {
        return problem(HttpStatus.GONE, "The lock was taken away", lost);
    }

    /** The only limit that a client of this application can reach is the length of a name. */
    @ExceptionHandler
    ProblemDetail tooMuch(LockLimitException limit) {
        return problem(HttpStatus.BAD_REQUEST, "There is a limit", limit);
    }

    @ExceptionHandler
    ProblemDetail failed(LockException failure) {
        return problem(HttpStatus.SERVICE_UNAVAILABLE, "The lock could not be had", failure);
    }

    @ExceptionHandler
    ProblemDetail unusable(IllegalArgumentException unusable) {
        return problem(HttpStatus.BAD_REQUEST, "This cannot be done", unusable);
    }

    private static ProblemDetail problem(HttpStatus status, String title, RuntimeException cause) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, cause.getMessage());
        problem.setTitle(title);
        return problem;
    }
}
