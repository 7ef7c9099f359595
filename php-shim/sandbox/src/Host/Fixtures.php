<?php

declare(strict_types=1);

namespace WhmcsSandbox\Host;

use WHMCS\Database\Capsule;
use WHMCS\Product\Product;
use WhmcsSandbox\Refusal;

/**
 * What a fresh sandbox holds: settings, two clients with awkward names, a server for
 * the bridge and one that was never filled in, products and configurable options.
 */
final class Fixtures
{
    private const SETTINGS = [
        'CompanyName' => 'Example Hosting', 'SystemURL' => 'https://billing.example.com/', 'Version' => '8.13.1-release.1',
        'SystemEmailsFromEmail' => 'admin@example.com', 'DateFormat' => 'DD/MM/YYYY', 'ModuleHooks' => '',
        'CreateInvoiceDaysBefore' => '14', 'AutoSuspension' => 'on', 'AutoSuspensionDays' => '5',
        'AutoTermination' => 'on', 'AutoTerminationDays' => '30',
    ];

    /** Names and values of module settings; a module without a setting of that name ignores it. */
    private const PLANS = [
        ['Object Storage 100', '10.00', ['Storage quota (GB)' => '100', 'Requests/s' => '50', 'GET/s' => '100']],
        ['Object Storage 500', '40.00', ['Storage quota (GB)' => '500', 'Requests/s' => '200', 'GET/s' => '400']],
        ['Object Storage Flex', '5.00', ['Storage quota (GB)' => '10']],
        ['Object Storage (server without data)', '10.00', ['Storage quota (GB)' => '100']],
    ];

    /** Offered with the first two products; the empty first choice means "as in the product". */
    private const DROPDOWNS = [
        'Storage quota (GB)' => ['|As in the product', '250|250 GB', '1000|1 TB', '2000|2 TB'],
        'Requests/s' => ['|As in the product', '20', '100', '500'],
        'GET/s' => ['|As in the product', '50', '250', '1000'],
        'PUT/s' => ['|As in the product', '25', '100'],
        'LIST/s' => ['|As in the product', '5', '20'],
        'DELETE/s' => ['|As in the product', '5', '20'],
        'Outgoing bandwidth (kB/s)' => ['|As in the product', '2048|2 MB/s', '10240|10 MB/s'],
        'Sub-accounts' => ['|As in the product', '5', '20'],
        'Bandwidth included (GB)' => ['|As in the product', '100', '1000'],
    ];

    private const WELCOME = "Dear {\$client_name},\n\nyour {\$service_product_name} is ready.\n"
        . "S3 user: {\$service_username}\nThe keys are on the product page of the client area.\n\n{\$company_name}";

    /** @param array{hostname: string, port: string, secure: bool, username: string, password: string, accesshash: string} $server */
    public static function install(Host $host, string $module, array $server): void
    {
        self::settings();
        $host->clock->apply();
        $settings = $host->modules->settings($module);
        self::clients($host->clock);
        Admins::install();
        $groups = self::servers($host->encryption, $module, $server);
        Capsule::table('tblemailtemplates')->insert([
            'type' => 'product', 'name' => 'Object Storage Welcome', 'subject' => 'Your {$service_product_name}',
            'message' => self::WELCOME,
        ]);
        Capsule::table('tblproductgroups')->insert(['name' => 'Object Storage']);
        foreach (self::PLANS as $index => [$name, $price, $values]) {
            $group = $index === 3 ? $groups['empty'] : $groups['bridge'];
            self::product($module, $group, $name, $price, array_replace($settings, array_intersect_key($values, $settings)));
        }
        self::dropdowns([1, 2]);
        self::quantity(3);
        $host->modules->detectHooks($module);
    }

    private static function settings(): void
    {
        $own = ['SandboxEncryptionKey' => bin2hex(random_bytes(32)), 'SandboxTimezone' => 'UTC',
            'SandboxClock' => (string) time()];
        foreach (self::SETTINGS + $own as $name => $value) {
            Capsule::table('tblconfiguration')->insert(['setting' => $name, 'value' => $value]);
        }
        Capsule::table('tblcurrencies')
            ->insert(['code' => 'EUR', 'prefix' => '', 'suffix' => ' EUR', 'format' => 1, 'rate' => 1, 'default' => 1]);
    }

    private static function clients(Clock $clock): void
    {
        $common = ['currency' => 1, 'status' => 'Active', 'defaultgateway' => 'banktransfer', 'language' => 'english',
            'datecreated' => $clock->today(), 'email_verified' => 1, 'allow_sso' => 1];
        // WHMCS stores what clients typed with HTML entities.
        Capsule::table('tblclients')->insert($common + [
            'uuid' => '0b2c9a52-6a7e-4d53-9d0f-7e5a0c1f2d31', 'firstname' => 'Se&aacute;n', 'lastname' => 'O&#039;Brien',
            'companyname' => 'O&#039;Brien &amp; Söhne', 'email' => 'sean.o&#039;brien@example.com',
            'address1' => '1 &quot;Quay&quot; Street', 'city' => 'Cork', 'state' => 'Cork', 'postcode' => 'T12 X0X0',
            'country' => 'IE', 'phonenumber' => '211234567',
        ]);
        Capsule::table('tblclients')->insert($common + [
            'uuid' => '5f1e7d0c-93b4-4a6b-8a55-2f6f3f0b7c84', 'firstname' => 'Zoë', 'lastname' => 'Test',
            'companyname' => '', 'email' => 'zoe+storage@example.com', 'country' => 'DE',
        ]);
        self::users();
    }

    /** A log-in per client, with the password of the sandbox. */
    private static function users(): void
    {
        foreach (Capsule::table('tblclients')->orderBy('id')->get() as $client) {
            $user = Capsule::table('tblusers')->insertGetId([
                'first_name' => $client->firstname, 'last_name' => $client->lastname, 'email' => $client->email,
                'password' => LogIn::hash(LogIn::FIXTURE_PASSWORD),
            ]);
            Capsule::table('tblusers_clients')->insert(['auth_user_id' => $user, 'client_id' => $client->id, 'owner' => 1]);
        }
    }

    /** @return array{bridge: int, empty: int} ids of the server groups */
    private static function servers(Encryption $encryption, string $module, array $server): array
    {
        if ($server['port'] !== '' && !ctype_digit($server['port'])) {
            throw new Refusal("'{$server['port']}' is not a port number.");
        }
        Capsule::table('tblservers')->insert([
            'name' => 'Bridge', 'type' => $module, 'hostname' => $server['hostname'], 'username' => $server['username'],
            'password' => $encryption->encrypt($server['password']), 'accesshash' => $server['accesshash'],
            'secure' => $server['secure'] ? 'on' : '', 'port' => $server['port'] === '' ? null : $server['port'], 'active' => 1,
        ]);
        Capsule::table('tblservers')->insert(['name' => 'Not filled in yet', 'type' => $module]);
        $groups = [];
        foreach (['bridge' => 1, 'empty' => 2] as $name => $serverId) {
            $groups[$name] = Capsule::table('tblservergroups')->insertGetId(['name' => ucfirst($name)]);
            Capsule::table('tblservergroupsrel')->insert(['groupid' => $groups[$name], 'serverid' => $serverId]);
        }
        return $groups;
    }

    private static function product(string $module, int $serverGroup, string $name, string $price, array $settings): void
    {
        $row = ['type' => 'other', 'gid' => 1, 'name' => $name, 'welcomeemail' => 1, 'paytype' => 'recurring',
            'autosetup' => Product::AUTO_SETUP_PAYMENT, 'servertype' => $module, 'servergroup' => $serverGroup,
            'configoptionsupgrade' => 1];
        foreach (array_values($settings) as $position => $value) {
            $row['configoption' . ($position + 1)] = $value;
        }
        $productId = Capsule::table('tblproducts')->insertGetId($row);
        Capsule::table('tblpricing')
            ->insert(['type' => 'product', 'currency' => 1, 'relid' => $productId, 'monthly' => $price]);
    }

    /** @param list<int> $productIds */
    private static function dropdowns(array $productIds): void
    {
        $group = Capsule::table('tblproductconfiggroups')->insertGetId(['name' => 'Storage options']);
        foreach ($productIds as $productId) {
            Capsule::table('tblproductconfiglinks')->insert(['gid' => $group, 'pid' => $productId]);
        }
        foreach (self::DROPDOWNS as $name => $choices) {
            $option = Capsule::table('tblproductconfigoptions')
                ->insertGetId(['gid' => $group, 'optionname' => $name, 'optiontype' => '1']);
            foreach ($choices as $order => $choice) {
                Capsule::table('tblproductconfigoptionssub')
                    ->insert(['configid' => $option, 'optionname' => $choice, 'sortorder' => $order]);
            }
        }
    }

    private static function quantity(int $productId): void
    {
        $group = Capsule::table('tblproductconfiggroups')->insertGetId(['name' => 'Flexible storage']);
        Capsule::table('tblproductconfiglinks')->insert(['gid' => $group, 'pid' => $productId]);
        Capsule::table('tblproductconfigoptions')->insert([
            'gid' => $group, 'optionname' => 'Storage quota (GB)|Storage in GB', 'optiontype' => '4', 'qtyminimum' => 10,
            'qtymaximum' => 10000,
        ]);
    }
}
