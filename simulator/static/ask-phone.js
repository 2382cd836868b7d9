// Inside a frame, the phone around it says who holds it. No cookie is needed, and two phones stay two people.
const { appid, port } = document.getElementById("ask").dataset;

function back(name, value) {
  const address = new URL(location.href);
  address.searchParams.set(name, value);
  location.replace(address);
}

function isPhone(origin) {
  const { hostname, port: originPort } = new URL(origin);
  return originPort === port && (hostname === "localhost" || hostname.endsWith(".localhost"));
}

addEventListener("message", (event) => {
  if (event.source === parent && isPhone(event.origin) && event.data?.kind === "phone:holder") {
    back("openid", event.data.openid);
  }
});
parent.postMessage({ kind: "phone:who", appid }, "*");
setTimeout(() => back("asked", "1"), 2000);
