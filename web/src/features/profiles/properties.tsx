import { Button, Group, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import type { ProfileAttributes } from "@/lib/types";
import { Value } from "@/ui/value";
import classes from "./profile.module.css";
import { PropertyEditor } from "./property-editor";
import { PLACES, STANDARD } from "./property-values";

interface PropertiesProps {
  profileId: string;
  person: ProfileAttributes;
}

export function Properties({ profileId, person }: PropertiesProps) {
  const { t } = useTranslation();
  const [editing, edit] = useDisclosure();
  const standard = STANDARD.filter((key) => person[key]).map((key) => [t(`profiles.field_${key}`), person[key]] as const);
  const places = PLACES.map((key) => [t(`profiles.place_${key}`), person.location?.[key]] as const).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const custom = Object.entries(person.properties ?? {}).sort(([a], [b]) => a.localeCompare(b));
  return (
    <section aria-label={t("profiles.properties")} className="section">
      <Group justify="space-between" mb={4}>
        <Title order={2}>{t("profiles.properties")}</Title>
        <Button size="compact-sm" variant="default" onClick={edit.open}>
          {t("common.edit")}
        </Button>
      </Group>
      <Facts facts={[...standard, ...places]} />
      {custom.length > 0 && (
        <>
          <Text size="xs" c="dimmed" mt="sm" mb={4}>
            {t("profiles.custom")}
          </Text>
          <Facts facts={custom} />
        </>
      )}
      <PropertyEditor opened={editing} close={edit.close} profileId={profileId} person={person} />
    </section>
  );
}

function Facts({ facts }: { facts: (readonly [string, unknown])[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>
            <Value value={value} />
          </dd>
        </Fragment>
      ))}
    </dl>
  );
}
