package dev.interlock.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.reactor.netty.NettyWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;

class ReactiveEndpointsTest extends OperationsOverHttp {

    ReactiveEndpointsTest() {
        super(WebApplicationType.REACTIVE);
    }

    @Test
    void nettyServesThem() {
        assertThat(((WebServerApplicationContext) application().context()).getWebServer())
                .isInstanceOf(NettyWebServer.class);
    }
}
