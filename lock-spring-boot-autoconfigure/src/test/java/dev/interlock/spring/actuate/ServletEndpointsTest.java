package dev.interlock.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;

class ServletEndpointsTest extends OperationsOverHttp {

    ServletEndpointsTest() {
        super(WebApplicationType.SERVLET);
    }

    @Test
    void tomcatServesThem() {
        assertThat(((WebServerApplicationContext) application().context()).getWebServer())
                .isInstanceOf(TomcatWebServer.class);
    }
}
