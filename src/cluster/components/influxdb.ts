import { flag, struct } from "../api/field.ts";
import { servicePort, statefulDeploymentFields, unfilled } from "../api/shapes.ts";
import { defineComponent } from "./component.ts";

/** The database of time series of old installations, which victoria-metrics has replaced. */
export const influxdb = defineComponent({
  type: "influxdb",
  spec: struct("The database of time series that victoria-metrics has replaced.", {
    ...unfilled({ ...statefulDeploymentFields({ name: "influxdb" }, ""), service: servicePort(30086) }),
    disable: flag("Remove what an older release left of it; its data stays."),
  }),
  after: [],
  retired: true,
});
