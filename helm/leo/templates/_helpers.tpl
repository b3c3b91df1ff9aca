{{- define "leo.fullname" -}}
{{- if .Values.fullnameOverride -}}{{ .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains .Chart.Name .Release.Name -}}{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else -}}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}
{{- end -}}
{{- end -}}

{{/* Labels of everything; of a component with (list . "gateway"). */}}
{{- define "leo.labels" -}}
{{ include "leo.selector" . }}
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: {{ printf "%s-%s" (index . 0).Chart.Name (index . 0).Chart.Version }}
{{- end -}}

{{- define "leo.selector" -}}
app.kubernetes.io/name: leo
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{/* The same on one line. */}}
{{- define "leo.match" -}}
{app.kubernetes.io/name: leo, app.kubernetes.io/instance: {{ (index . 0).Release.Name }}, app.kubernetes.io/component: {{ index . 1 }}}
{{- end -}}

{{/* An image with the prefix and the tag: (list . .Values.image). */}}
{{- define "leo.image" -}}
{{- $top := index . 0 -}}{{- $image := index . 1 -}}
{{- printf "%s%s:%s" $top.Values.imagePrefix $image.repository ($image.tag | default $top.Chart.AppVersion) -}}
{{- end -}}

{{- define "leo.pullSecrets" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* What every pod here is: Pod Security's "restricted". */}}
{{- define "leo.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "leo.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities: {drop: [ALL]}
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{/* The name of the Secret with what was generated, or of the one that was given. */}}
{{- define "leo.secret" -}}{{ .Values.existingSecret | default (printf "%s-secrets" (include "leo.fullname" .)) }}{{- end -}}

{{- define "leo.natsURL" -}}
{{- if .Values.nats.enabled -}}
{{- $name := include "leo.fullname" . -}}
{{- $urls := list -}}
{{- range $i := until (int .Values.nats.replicas) -}}
{{- $urls = append $urls (printf "nats://%s-nats-%d.%s-nats:4222" $name $i $name) -}}
{{- end -}}
{{- join "," $urls -}}
{{- else -}}{{ required "nats.url is needed where nats.enabled is false" .Values.nats.url }}
{{- end -}}
{{- end -}}

{{/* The environment all roles have; (list . "gateway"). */}}
{{- define "leo.environment" -}}
{{- $top := index . 0 -}}{{- $role := index . 1 -}}
- {name: LEO_NATS_URL, value: {{ include "leo.natsURL" $top | quote }}}
{{- if or $top.Values.nats.enabled $top.Values.nats.authenticated }}
- {name: LEO_NATS_USERNAME, value: {{ $top.Values.nats.enabled | ternary $role $top.Values.nats.username | quote }}}
- name: LEO_NATS_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ include "leo.secret" $top }}, key: {{ $top.Values.nats.enabled | ternary (printf "nats-%s" $role) "nats" }}}}
{{- end }}
- {name: LEO_REPLICAS, value: {{ $top.Values.nats.replicas | quote }}}
- {name: LEO_DATA_DIR, value: /data}
- {name: LEO_LISTEN, value: "0.0.0.0:8080"}
- {name: LEO_ADMIN_LISTEN, value: "0.0.0.0:8081"}
- {name: LEO_AUTH, value: token}
- {name: LEO_LOG_FORMAT, value: json}
{{- if $top.Values.python.enabled }}
- {name: LEO_PYTHON, value: "on"}
{{- end }}
{{- if eq $role "gateway" }}
- name: LEO_FIRST_TOKEN
  valueFrom: {secretKeyRef: {name: {{ include "leo.secret" $top }}, key: first-token}}
{{- end }}
{{- if eq $role "sandboxd" }}
{{- if $top.Values.redis.enabled }}
- {name: LEO_REDIS_URL, value: "redis://leo@{{ include "leo.fullname" $top }}-redis:6379/0"}
{{- else if $top.Values.redis.url }}
- {name: LEO_REDIS_URL, value: {{ $top.Values.redis.url | quote }}}
{{- end }}
{{- if or $top.Values.redis.enabled $top.Values.redis.authenticated }}
- name: LEO_REDIS_PASSWORD
  valueFrom: {secretKeyRef: {name: {{ include "leo.secret" $top }}, key: redis}}
{{- end }}
{{- else }}
{{- if $top.Values.qdrant.enabled }}
- {name: LEO_QDRANT_URL, value: "http://{{ include "leo.fullname" $top }}-qdrant:6334"}
{{- else if $top.Values.qdrant.url }}
- {name: LEO_QDRANT_URL, value: {{ $top.Values.qdrant.url | quote }}}
{{- end }}
{{- if or $top.Values.qdrant.enabled $top.Values.qdrant.authenticated }}
- name: LEO_QDRANT_API_KEY
  valueFrom: {secretKeyRef: {name: {{ include "leo.secret" $top }}, key: qdrant}}
{{- end }}
{{- with $top.Values.model.name }}
- {name: LEO_MODEL, value: {{ . | quote }}}
{{- end }}
{{- with $top.Values.model.baseURL }}
- {name: OPENAI_BASE_URL, value: {{ . | quote }}}
{{- end }}
{{- with $top.Values.model.embeddingModel }}
- {name: LEO_EMBEDDING_MODEL, value: {{ . | quote }}}
{{- end }}
{{- with $top.Values.model.keySecret }}
- name: OPENAI_API_KEY
  valueFrom: {secretKeyRef: {name: {{ .name }}, key: {{ .key }}}}
{{- end }}
{{- end }}
{{- range $name, $value := $top.Values.config }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end -}}

{{/* A role's pod, but for its volumes and what is sandboxd's own: (list . "planner" .Values.planner). */}}
{{- define "leo.pod" -}}
{{- $top := index . 0 -}}{{- $role := index . 1 -}}{{- $values := index . 2 -}}
{{- $port := eq $role "gateway" | ternary "http" "admin" -}}
metadata:
  labels: {{- include "leo.labels" (list $top $role) | nindent 4 }}
  {{- with $values.podAnnotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "leo.fullname" $top }}-{{ $role }}
  automountServiceAccountToken: {{ eq $role "sandboxd" }}
  enableServiceLinks: false
  # Longer than a role takes to finish what it has.
  terminationGracePeriodSeconds: 60
  securityContext: {{- include "leo.podSecurity" $top | nindent 4 }}
  {{- include "leo.pullSecrets" $top | nindent 2 }}
  {{- with $values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with $values.nodeSelector }}
  nodeSelector: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.tolerations }}
  tolerations: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.affinity }}
  affinity: {{- toYaml . | nindent 4 }}
  {{- end }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector: {matchLabels: {{ include "leo.match" (list $top $role) }}}
  containers:
    - name: {{ $role }}
      image: {{ include "leo.image" (list $top $top.Values.image) }}
      imagePullPolicy: {{ $top.Values.image.pullPolicy }}
      args: [{{ $role }}]
      env: {{- include "leo.environment" (list $top $role) | nindent 8 }}
        {{- if eq $role "sandboxd" }}{{ include "leo.sandboxes" $top | nindent 8 }}{{ end }}
        {{- if and (eq $role "syncer") $top.Values.syncer.archive.enabled }}
        - {name: LEO_ARCHIVE_DIR, value: /data/archive}
        {{- end }}
        {{- with $values.extraEnv }}{{ toYaml . | nindent 8 }}{{ end }}
      ports:
        {{- if eq $role "gateway" }}
        - {name: http, containerPort: 8080}
        {{- else }}
        - {name: admin, containerPort: 8081}
        {{- end }}
      startupProbe: {httpGet: {path: /healthz, port: {{ $port }}}, periodSeconds: 2, failureThreshold: 90}
      livenessProbe: {httpGet: {path: /healthz, port: {{ $port }}}, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6}
      readinessProbe: {httpGet: {path: /readyz, port: {{ $port }}}, periodSeconds: 5, timeoutSeconds: 6, failureThreshold: 2}
      {{- if eq $role "gateway" }}
      # It is asked until every node has heard that it goes.
      lifecycle: {preStop: {sleep: {seconds: 5}}}
      {{- end }}
      resources: {{- toYaml $values.resources | nindent 8 }}
      securityContext: {{- include "leo.containerSecurity" $top | nindent 8 }}
      volumeMounts:
        - {name: data, mountPath: /data}
        - {name: tmp, mountPath: /tmp}
  volumes:
    - {name: tmp, emptyDir: {medium: Memory, sizeLimit: 64Mi}}
{{- end -}}

{{/* What sandboxd is told of the Jobs it makes. */}}
{{- define "leo.sandboxes" -}}
{{- $s := .Values.sandboxes -}}
- {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
- {name: POD_UID, valueFrom: {fieldRef: {fieldPath: metadata.uid}}}
- {name: NODE_NAME, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
- {name: LEO_EXECUTOR, value: kubernetes}
- {name: LEO_KUBERNETES_NAMESPACE, value: {{ .Release.Namespace }}}
- {name: LEO_KUBERNETES_IMAGE, value: {{ include "leo.image" (list . $s.image) }}}
{{- if .Values.python.enabled }}
- {name: LEO_KUBERNETES_PYTHON_IMAGE, value: {{ include "leo.image" (list . .Values.python.image) }}}
{{- end }}
- {name: LEO_KUBERNETES_OWNER, value: $(POD_NAME)/$(POD_UID)}
- {name: LEO_KUBERNETES_CLAIM_ROOT, value: /data}
{{- if eq .Values.sandboxd.cache.mode "node" }}
- {name: LEO_KUBERNETES_CLAIM, value: $(POD_NAME)-data}
- {name: LEO_KUBERNETES_NODE, value: $(NODE_NAME)}
{{- else }}
- {name: LEO_KUBERNETES_CLAIM, value: {{ .Values.sandboxd.cache.existingClaim | default (printf "%s-cache" (include "leo.fullname" .)) }}}
# Each sandboxd has a directory of its own on the volume they share.
- {name: LEO_DATA_DIR, value: /data/$(POD_NAME)}
{{- end }}
- {name: LEO_KUBERNETES_SERVICE_ACCOUNT, value: {{ include "leo.fullname" . }}-runner}
{{- with $s.runtimeClass }}
- {name: LEO_KUBERNETES_RUNTIME_CLASS, value: {{ . }}}
{{- end }}
{{- with $s.nodeSelector }}
{{- $pairs := list }}{{ range $k, $v := . }}{{ $pairs = append $pairs (printf "%s=%s" $k $v) }}{{ end }}
- {name: LEO_KUBERNETES_NODE_SELECTOR, value: {{ join "," $pairs | quote }}}
{{- end }}
{{- with $s.tolerations }}
- {name: LEO_KUBERNETES_TOLERATIONS, value: {{ toJson . | quote }}}
{{- end }}
{{- with .Values.imagePullSecrets }}
- {name: LEO_KUBERNETES_PULL_SECRETS, value: {{ join "," . | quote }}}
{{- end }}
- {name: LEO_SANDBOX_SLOTS, value: {{ $s.slots | quote }}}
- {name: LEO_WARM_SANDBOXES, value: {{ $s.warm | quote }}}
{{- end -}}

{{/* A peer of a NetworkPolicy: the pods of a component. */}}
{{- define "leo.to" -}}
{podSelector: {matchLabels: {{ include "leo.match" . }}}}
{{- end -}}
