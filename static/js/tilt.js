// <figure data-tilt data-albedo data-surface data-metal data-enamel> around a pin's picture: its light follows the pointer, or
// the phone once [data-tilt-phone] was pressed. Without WebGL the picture stays. The studio E() is that of pinart/light.py.

const METALS = {
  gold: [1, 0.71, 0.29, 0.1],
  silver: [0.93, 0.92, 0.9, 0.08],
  black_nickel: [0.165, 0.165, 0.185, 0.06],
  antique_brass: [0.62, 0.44, 0.2, 0.32],
  copper: [0.95, 0.52, 0.34, 0.12],
  rose_gold: [0.97, 0.63, 0.52, 0.1],
};
const VERTEX = "attribute vec2 p;varying vec2 c;void main(){c=p;gl_Position=vec4(p,0,1);}";
const FRAGMENT = `precision highp float;
varying vec2 c;uniform sampler2D A,S;uniform vec2 t;uniform vec4 m;uniform float h;
float b(float v,float l,float r,float s){return smoothstep(l-s,l+s,v)*(1.-smoothstep(r-s,r+s,v));}
float E(vec2 r,float k){float s=.05+.6*k;
return (.34+.42*smoothstep(-.9,.9,r.y)+1.35*b(r.x,-.86,.18,s)*b(r.y,.16,.86,s)+.55*b(r.x,.52,.8,s)*b(r.y,-.7,.62,s))
*(1.-.72*b(r.y,-.62,-.2,s))+.3*(1.-smoothstep(-.86-s,-.86+s,r.y));}
vec2 lean(vec2 v){v=v*2.-256./255.;return sign(v)*v*v*1.5;}
void main(){vec2 u=vec2(c.x,-c.y)*.5+.5;vec4 a=texture2D(A,u);vec3 s=texture2D(S,u).rgb;
float bare=smoothstep(.66,.92,s.b),k=min(s.b*1.7,1.);
vec2 d=vec2(c.x,-c.y);
vec3 n=normalize(vec3(lean(s.rg)+d*mix(h>.5?.16:.06,.13,bare)+t,1.)),e=normalize(vec3(-d/2.6,1.));
float f=clamp(dot(n,e),0.,1.),g=pow(1.-f,5.);vec3 r=2.*f*n-e;r.y=-r.y;
vec3 l=normalize(vec3(-.48,-.62,.62));float q=max(dot(n,l),0.),w=max(dot(n,normalize(l+vec3(0,0,1))),1e-6);
vec3 o,base=pow(a.rgb,vec3(2.2));
float x=E(r.xy,m.a),z=.605*pow(w,90.);
if(m.a>.2){x=.55*x+.45*(.35+.75*q);z=.1925*pow(w,24.);}
vec3 v=x*.92*(base+(1.-base)*g)+z*(.35+.65*m.rgb);
if(h>.5){vec2 i=vec2(dot(d,vec2(.86,.51)),dot(d,vec2(-.51,.86)))+t;
o=base*(.66+.4*q)*k*1.03+E(r.xy,.03)*(.03+.45*g)+(b(i.x,-.56,-.3,.012)+.8*b(i.x,-.26,-.16,.012))*(.35+.65*smoothstep(-.75,.75,-i.y))*.075;}
else o=base*(.3+.88*q)*k*1.04+(E(r.xy,.22)*.045+pow(w,34.)*.2)*(.5+.5*k);
o=mix(o,v,bare)*1.04;v=exp(6.8*(o-.75));
o=mix(o,.75+.25*(v-1.)/(v+1.),step(.75,o));
gl_FragColor=vec4(pow(o,vec3(1./2.2)),1.)*a.a;}`;
const STRONGEST = 0.16;

if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
  for (const figure of document.querySelectorAll("[data-tilt]")) {
    let lit;
    const pointer = new AbortController();
    const turn = (...way) => (lit ??= light(figure).catch(() => null)).then((draw) => draw?.(...way));
    figure.addEventListener("pointermove", ({ clientX, clientY }) => {
      const box = figure.getBoundingClientRect();
      turn(((clientX - box.left) / box.width) * 2 - 1, ((clientY - box.top) / box.height) * 2 - 1);
    }, { signal: pointer.signal });
    figure.addEventListener("pointerleave", () => turn(), { signal: pointer.signal });
    phone(figure.querySelector("[data-tilt-phone]"), turn, pointer);
  }
}

/** Resolves to what draws the pin turned so far; called with nothing it brings back the picture. */
async function light(figure) {
  const canvas = document.createElement("canvas");
  canvas.ariaHidden = "true";
  const gl = canvas.getContext("webgl", { premultipliedAlpha: true, preserveDrawingBuffer: true });
  if (!gl) return null;
  const [albedo, surface] = await Promise.all([load(figure.dataset.albedo), load(figure.dataset.surface)]);
  canvas.width = albedo.naturalWidth;
  canvas.height = albedo.naturalHeight;
  const program = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) return null;
  gl.useProgram(program);
  gl.viewport(0, 0, canvas.width, canvas.height);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 3, -1, -1, 3]), gl.STATIC_DRAW);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  for (const [unit, image] of [albedo, surface].entries()) texture(gl, unit, image);
  const at = (name) => gl.getUniformLocation(program, name);
  gl.uniform1i(at("S"), 1);
  gl.uniform4fv(at("m"), METALS[figure.dataset.metal]);
  gl.uniform1f(at("h"), figure.dataset.enamel === "hard" ? 1 : 0);

  const picture = figure.querySelector("img");
  const tilt = at("t");
  figure.dataset.tilt = "ready";
  return (x, y) => {
    if (x === undefined) return canvas.remove();
    gl.uniform2f(tilt, x * STRONGEST, y * STRONGEST);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    if (!canvas.isConnected) picture.after(canvas); // the style sheet lays it over the picture, which keeps its place and words
  };
}

function texture(gl, unit, image) {
  gl.activeTexture(gl.TEXTURE0 + unit);
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, image);
  for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
}

async function load(address) {
  const image = new Image();
  image.crossOrigin = "anonymous"; // pictures may come from a CDN
  image.src = address;
  await image.decode();
  return image;
}

/** iOS tells a phone's tilt only after a press. From the first on, no finger that taps or scrolls past turns the pin or lets it go. */
function phone(button, turn, pointer) {
  if (!button || !window.DeviceOrientationEvent || !matchMedia("(pointer: coarse)").matches) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    if ((await DeviceOrientationEvent.requestPermission?.()) === "denied") return;
    button.hidden = true;
    let level;
    addEventListener("deviceorientation", ({ gamma, beta }) => {
      if (gamma === null) return;
      pointer.abort();
      level ??= [gamma, beta];
      turn(...[gamma - level[0], beta - level[1]].map((angle) => Math.max(-1, Math.min(1, angle / 25))));
    });
  });
}
