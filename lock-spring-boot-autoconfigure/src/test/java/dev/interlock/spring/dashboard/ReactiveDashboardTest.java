package dev.interlock.spring.dashboard;

import org.springframework.boot.WebApplicationType;

class ReactiveDashboardTest extends DashboardOverHttp {

    ReactiveDashboardTest() {
        super(WebApplicationType.REACTIVE);
    }
}
