CREATE TABLE public.patient (
    id bigint GENERATED ALWAYS AS IDENTITY,
    "姓名" character varying(50) NOT NULL,
    sfzh character(18),
    phones text[] DEFAULT '{}'::text[],
    seen timestamp(3) with time zone DEFAULT now(),
    weight double precision,
    CONSTRAINT patient_pk PRIMARY KEY (id),
    EXCLUDE USING gist (id WITH =)
);
ALTER TABLE public.patient OWNER TO app;
COMMENT ON TABLE public.patient IS '患者';
COMMENT ON COLUMN public.patient.sfzh IS E'身份证\'号';
COMMENT ON COLUMN "public"."patient"."姓名" IS '患者姓名';
COMMENT ON COLUMN patient.gone IS '没有';
CREATE FUNCTION f() RETURNS trigger AS $body$ begin create table z (a int); end; $body$ LANGUAGE plpgsql;
COPY public.patient (id, "姓名") FROM stdin;
1	it's; create table y (
2	乙
\.
CREATE TABLE IF NOT EXISTS visit (id serial, diag text); COMMENT ON COLUMN visit.diag IS '诊断';
