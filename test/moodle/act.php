<?php
// act.php --do=type|delete|activity|activities|restore|leave …: what an administrator or teacher does in Moodle, as a command.
// Stands on bootstrap.php of MOODLE_SCRIPTS; answers in JSON.
require(getenv('MOODLE_SCRIPTS') . '/bootstrap.php');
require_once($CFG->dirroot . '/mod/lti/locallib.php');
require_once($CFG->dirroot . '/mod/lti/lib.php');
require_once($CFG->dirroot . '/backup/util/includes/backup_includes.php');
require_once($CFG->dirroot . '/backup/util/includes/restore_includes.php');
$a = args(['do' => '', 'client' => '', 'course' => '', 'to' => '', 'name' => '', 'user' => '', 'custom' => []]);

function course_named(string $shortname): stdClass {
    global $DB;
    return $DB->get_record('course', ['shortname' => $shortname], '*', MUST_EXIST);
}
function tool_of(string $client): stdClass {
    global $DB;
    return $DB->get_record('lti_types', ['clientid' => $client], '*', MUST_EXIST);
}
/** The External tool activities of a course, in their order. */
function activities_of(stdClass $course): array {
    global $DB, $CFG;
    rebuild_course_cache($course->id, true);
    return array_map(function ($cm) use ($DB, $CFG, $course) {
        $lti = $DB->get_record('lti', ['id' => $cm->instance], '*', MUST_EXIST);
        $item = grade_item::fetch(['itemtype' => 'mod', 'itemmodule' => 'lti', 'iteminstance' => $lti->id, 'courseid' => $course->id]);
        return ['cmid' => (int)$cm->id, 'name' => $cm->name, 'url' => "$CFG->wwwroot/mod/lti/view.php?id=$cm->id", 'resource_link_id' => (string)$lti->id,
            'custom' => $lti->instructorcustomparameters, 'toolurl' => $lti->toolurl, 'icon' => $lti->icon,
            'column' => $item ? ['name' => $item->itemname, 'max' => (float)$item->grademax, 'tag' => $DB->get_field('ltiservice_gradebookservices', 'tag', ['gradeitemid' => $item->id]) ?: null,
                'resource' => $DB->get_field('ltiservice_gradebookservices', 'resourceid', ['gradeitemid' => $item->id]) ?: null] : null];
    }, array_values(get_fast_modinfo($course)->get_instances_of('lti')));
}
/** As Moodle's own `admin/cli/backup.php` and `restore_backup.php` do it, without people. */
function restored(stdClass $course, string $shortname): int {
    global $CFG;
    $admin = get_admin()->id;
    $backup = new backup_controller(backup::TYPE_1COURSE, $course->id, backup::FORMAT_MOODLE, backup::INTERACTIVE_NO, backup::MODE_GENERAL, $admin);
    $backup->get_plan()->get_setting('users')->set_value(false);
    $backup->execute_plan();
    $file = $backup->get_results()['backup_destination'];
    $backup->destroy();
    $folder = 'keyroom' . random_string(10);
    $file->extract_to_pathname(get_file_packer('application/vnd.moodle.backup'), make_backup_temp_directory($folder));
    $id = restore_dbops::create_new_course($course->fullname, $shortname, $course->category);
    $restore = new restore_controller($folder, $id, backup::INTERACTIVE_NO, backup::MODE_GENERAL, $admin, backup::TARGET_NEW_COURSE);
    $restore->execute_precheck();
    $restore->execute_plan();
    $restore->destroy();
    // The file's own short name is taken; this one was promised.
    update_course((object)['id' => $id, 'shortname' => $shortname]);
    return $id;
}

switch ($a['do']) {
    case 'type':
        $type = tool_of($a['client']);
        $config = lti_get_type_config($type->id);
        out(['id' => (int)$type->id, 'name' => $type->name, 'state' => (int)$type->state, 'icon' => $type->icon, 'config' => $config]);
        break;
    case 'delete':
        $type = tool_of($a['client']);
        foreach ($DB->get_records('lti', ['typeid' => $type->id]) as $lti) {
            course_delete_module(get_coursemodule_from_instance('lti', $lti->id)->id);
        }
        lti_delete_type($type->id);
        out(['deleted' => true]);
        break;
    case 'activity':
        $course = course_named($a['course']);
        [, , , , $data] = prepare_new_moduleinfo_data($course, 'lti', 1);
        foreach (['name' => $a['name'], 'typeid' => tool_of($a['client'])->id, 'toolurl' => '', 'grade' => 100, 'instructorchoicesendname' => 1,
                'instructorchoicesendemailaddr' => 1, 'instructorchoiceacceptgrades' => 1, 'instructorcustomparameters' => implode("\n", $a['custom']),
                'launchcontainer' => LTI_LAUNCH_CONTAINER_EMBED_NO_BLOCKS, 'showtitlelaunch' => 1, 'introeditor' => ['text' => '', 'format' => FORMAT_HTML, 'itemid' => 0],
                'completion' => 0, 'visible' => 1, 'cmidnumber' => ''] as $key => $value) {
            $data->$key = $value;
        }
        add_moduleinfo($data, $course);
        out(activities_of($course));
        break;
    case 'activities':
        out(activities_of(course_named($a['course'])));
        break;
    case 'restore':
        $id = restored(course_named($a['course']), $a['to']);
        out(['id' => $id, 'activities' => activities_of(course_named($a['to']))]);
        break;
    case 'leave':
        $course = course_named($a['course']);
        $instance = $DB->get_record('enrol', ['courseid' => $course->id, 'enrol' => 'manual'], '*', MUST_EXIST);
        enrol_get_plugin('manual')->unenrol_user($instance, $DB->get_field('user', 'id', ['username' => $a['user']], MUST_EXIST));
        out(['left' => $a['user']]);
        break;
    default:
        cli_error('--do=type|delete|activity|activities|restore|leave');
}
