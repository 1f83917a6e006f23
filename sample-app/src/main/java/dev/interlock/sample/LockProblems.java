package dev.interlock.sample;

import dev.interlock.LockException;
import dev.interlock.LockTimeoutException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Tells a client why it could not have its turn. */
@RestControllerAdvice
class LockProblems {

    @ExceptionHandler
    ProblemDetail tooLate(LockTimeoutException timeout) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, timeout.getMessage());
        problem.setTitle("Somebody else is at it");
        return problem;
    }

    @ExceptionHandler
    ProblemDetail failed(LockException failure) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, failure.getMessage());
    }

    @ExceptionHandler
    ProblemDetail unusable(IllegalArgumentException unusable) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, unusable.getMessage());
    }
}
