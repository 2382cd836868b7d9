// In a frame: the phone around it knows who holds it and takes the frame onward. It must be the phone that does it: a
// navigation begun by this page, of another site, would go without the account's site's session cookie (SameSite=Lax).
parent.postMessage({ kind: "phone:authorize", query: location.search }, "*");
setTimeout(() => location.replace(`${location.href}&asked=1`), 3000);
