<?php

declare(strict_types=1);

namespace WhmcsSandbox\Host;

use WHMCS\Database\Capsule;

/** Renders mails and keeps them in tblemails; nothing is ever sent. */
final class Mailer
{
    public function __construct(
        private readonly Templates $templates,
        private readonly Hooks $hooks,
        private readonly Clock $clock,
        private readonly Settings $settings
    ) {
    }

    /** The product's welcome mail, when it has one. */
    public function sendWelcome(int $serviceId): void
    {
        $service = Capsule::table('tblhosting')->find($serviceId);
        $templateId = Capsule::table('tblproducts')->where('id', $service->packageid)->value('welcomeemail');
        $template = Capsule::table('tblemailtemplates')->find($templateId);
        if ($template !== null) {
            $this->toServiceOwner($template->name, $template->subject, $template->message, $serviceId);
        }
    }

    /**
     * @param array<string, mixed> $extra further merge fields
     * @return bool false when an EmailPreSend hook stopped it
     */
    public function toServiceOwner(string $name, string $subject, string $body, int $serviceId, array $extra = []): bool
    {
        $service = Capsule::table('tblhosting')->find($serviceId);
        $client = Capsule::table('tblclients')->find($service->userid);
        $fields = $this->mergeFields($service, $client) + $extra;
        $argument = ['messagename' => $name, 'relid' => $serviceId, 'mergefields' => $fields];
        foreach ($this->hooks->run('EmailPreSend', $argument) as $returned) {
            if (!empty($returned['abortsend'])) {
                return false;
            }
            $fields = array_replace($fields, (array) $returned);
        }
        $this->store(
            (int) $client->id,
            $client->email,
            $this->templates->text($subject, $fields),
            $this->templates->text($body, $fields)
        );
        return true;
    }

    public function toAdmins(string $subject, string $text): void
    {
        $this->store(0, $this->settings->get('SystemEmailsFromEmail'), $subject, $text);
    }

    private function mergeFields(object $service, object $client): array
    {
        return [
            'client_id' => $client->id,
            'client_name' => "$client->firstname $client->lastname",
            'client_first_name' => $client->firstname,
            'client_last_name' => $client->lastname,
            'client_company_name' => $client->companyname,
            'client_email' => $client->email,
            'company_name' => $this->settings->get('CompanyName'),
            'whmcs_url' => $this->settings->get('SystemURL'),
            'signature' => $this->settings->get('CompanyName'),
            'service_id' => $service->id,
            'service_product_name' => Capsule::table('tblproducts')->where('id', $service->packageid)->value('name'),
            'service_domain' => $service->domain,
            'service_username' => $service->username,
            'service_password' => Host::current()->encryption->decrypt($service->password),
            'service_status' => $service->domainstatus,
            'service_suspension_reason' => $service->suspendreason,
            'service_next_due_date' => fromMySQLDate($service->nextduedate),
            'service_custom_fields_by_name' => CustomFields::values((int) $service->id, (int) $service->packageid),
        ];
    }

    private function store(int $clientId, string $to, string $subject, string $message): void
    {
        Capsule::table('tblemails')->insert([
            'userid' => $clientId,
            'date' => $this->clock->timestamp(),
            'to' => $to,
            'subject' => $subject,
            'message' => $message,
        ]);
    }
}
