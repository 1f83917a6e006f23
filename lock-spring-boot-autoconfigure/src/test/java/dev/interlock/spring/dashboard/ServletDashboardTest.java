package dev.interlock.spring.dashboard;

import org.springframework.boot.WebApplicationType;

class ServletDashboardTest extends DashboardOverHttp {

    ServletDashboardTest() {
        super(WebApplicationType.SERVLET);
    }
}
