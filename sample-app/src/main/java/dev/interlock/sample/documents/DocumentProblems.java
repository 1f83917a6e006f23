package dev.interlock.sample.documents;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Tells a client what is wrong with what it asked for. */
@RestControllerAdvice
class DocumentProblems {

    @ExceptionHandler
    ProblemDetail unknown(UnknownDocumentException unknown) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, unknown.getMessage());
    }
}
