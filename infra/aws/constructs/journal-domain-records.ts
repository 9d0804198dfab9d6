import { CnameRecord, HostedZone, type IHostedZone, MxRecord } from 'aws-cdk-lib/aws-route53';
import type { EmailIdentity } from 'aws-cdk-lib/aws-ses';
import { CfnOutput, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { StageConfiguration } from '../configuration/stage-configuration.ts';

export interface JournalDomainRecordsProps {
  readonly configuration: StageConfiguration;
  readonly identity: EmailIdentity;
}

/**
 * The DNS records of the journal domain: MX, so that mail comes to SES, and the CNAME records that prove
 * the domain to it. Created in the hosted zone where there is one, else named as outputs of the stack.
 */
export class JournalDomainRecords extends Construct {
  constructor(scope: Construct, id: string, { configuration, identity }: JournalDomainRecordsProps) {
    super(scope, id);
    const { journalDomain, hostedZone } = configuration;
    const mailHost = `inbound-smtp.${Stack.of(this).region}.amazonaws.com`;
    if (hostedZone) {
      const { id: hostedZoneId, name: zoneName } = hostedZone;
      const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId, zoneName });
      this.#create(zone, mailHost, journalDomain, identity);
      return;
    }
    new CfnOutput(Stack.of(this), 'DnsMx', { value: `${journalDomain}. MX 10 ${mailHost}.` });
    for (const [index, { name, value }] of identity.dkimRecords.entries()) {
      new CfnOutput(Stack.of(this), `DnsCname${index + 1}`, { value: `${name}. CNAME ${value}.` });
    }
  }

  #create(zone: IHostedZone, mailHost: string, recordName: string, identity: EmailIdentity): void {
    new MxRecord(this, 'Mx', {
      zone,
      // With a dot at its end, the whole name: the zone is not put behind it.
      recordName: `${recordName}.`,
      values: [{ priority: 10, hostName: `${mailHost}.` }],
    });
    for (const [index, { name, value }] of identity.dkimRecords.entries()) {
      new CnameRecord(this, `Dkim${index + 1}`, { zone, recordName: `${name}.`, domainName: value });
    }
  }
}
